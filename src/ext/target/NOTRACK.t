:PREROUTING,OUTPUT
*raw
-j NOTRACK;=;OK
-j NOTRACK --zone 1;;FAIL
*mangle,nat,filter
-j NOTRACK;;FAIL
