:INPUT,FORWARD,OUTPUT
-j IDLETIMER --timeout 42 --label foo;=;OK
-j IDLETIMER --alarm --label bar --timeout 0x10;-j IDLETIMER --timeout 16 --label bar --alarm;OK
-j IDLETIMER --timeout 2147482 --label a-b.c;=;OK
-j IDLETIMER --timeout 10 --label abcdefghijklmnopqrstuvwxyz01;-j IDLETIMER --timeout 10 --label abcdefghijklmnopqrstuvwxyz0;OK
-j IDLETIMER;;FAIL
-j IDLETIMER --timeout 42;;FAIL
-j IDLETIMER --label foo;;FAIL
-j IDLETIMER --timeout 0 --label foo;;FAIL
-j IDLETIMER --timeout 2147483 --label foo;;FAIL
-j IDLETIMER --timeout 42 --label "";;FAIL
-j IDLETIMER --timeout 42 --label a/b;;FAIL
-j IDLETIMER --timeout 42 --label ..;;FAIL
-j IDLETIMER --timeout 42 --label power;;FAIL
-j IDLETIMER --timeout 42 ! --label foo;;FAIL
*raw,mangle,nat
:PREROUTING
-j IDLETIMER --timeout 9 --label z;=;OK
*filter
6:INPUT
-j IDLETIMER --timeout 42 --label six --alarm;=;OK
-j IDLETIMER --timeout 42;;FAIL
