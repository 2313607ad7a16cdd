:INPUT
-m socket;=;OK
-m socket --transparent;=;OK
-m socket --restore-skmark --nowildcard --transparent;-m socket --transparent --nowildcard --restore-skmark;OK
-m socket ! --transparent;;FAIL
-m socket --nowildcard --nowildcard;;FAIL
:FORWARD,OUTPUT
-m socket;;FAIL
*raw,mangle,nat
:PREROUTING
-m socket --transparent;=;OK
*mangle
:POSTROUTING
-m socket;;FAIL
*filter
6:INPUT
-m socket --nowildcard;=;OK
-m socket 1;;FAIL
