*raw
:PREROUTING,OUTPUT
-j TRACE;=;OK
*filter,mangle,nat
:OUTPUT
-j TRACE;;FAIL
*raw
6:PREROUTING
-j TRACE;=;OK
-j TRACE --log;;FAIL
