# no kernel was asked: what iptables does without one
:INPUT,FORWARD,OUTPUT
-j LED --led-trigger-id "foo";=;OK
-j LED --led-trigger-id foo;-j LED --led-trigger-id "foo";OK
-j LED --led-trigger-id "";=;OK
-j LED --led-trigger-id "a b";=;OK
-j LED --led-always-blink --led-delay 42 --led-trigger-id "foo";-j LED --led-trigger-id "foo" --led-delay 42 --led-always-blink;OK
-j LED --led-trigger-id "foo" --led-delay 0;-j LED --led-trigger-id "foo";OK
-j LED --led-trigger-id "foo" --led-delay inf;-j LED --led-trigger-id "foo" --led-delay -1;OK
-j LED --led-trigger-id "foo" --led-delay 4294967294;-j LED --led-trigger-id "foo" --led-delay -2;OK
-j LED;;FAIL
-j LED --led-delay 42;;FAIL
-j LED --led-trigger-id abcdefghijklmnopq;;FAIL
-j LED --led-trigger-id "foo" --led-delay 4294967296;;FAIL
-j LED --led-trigger-id "foo" --led-delay soon;;FAIL
-j LED ! --led-trigger-id "foo";;FAIL
*raw,mangle,nat
:PREROUTING
-j LED --led-trigger-id "z";=;OK
*filter
6:INPUT
-j LED --led-trigger-id "six";=;OK
-j LED;;FAIL
