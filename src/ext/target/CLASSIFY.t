*mangle
:FORWARD,OUTPUT,POSTROUTING
-j CLASSIFY --set-class 1:2;-j CLASSIFY --set-class 0001:0002;OK
-j CLASSIFY --set-class ffff:ffff;=;OK
-j CLASSIFY --set-class 0x1:0XfFf;-j CLASSIFY --set-class 0001:0fff;OK
-j CLASSIFY --set-class 12345:6;-j CLASSIFY --set-class 2345:0006;OK
-j CLASSIFY --set-class 1:10001;-j CLASSIFY --set-class 0001:0001;OK
-j CLASSIFY --set-class +1:2;-j CLASSIFY --set-class 0001:0002;OK
-j CLASSIFY;;FAIL
-j CLASSIFY --set-class 1;;FAIL
-j CLASSIFY --set-class 1:;;FAIL
-j CLASSIFY --set-class :2;;FAIL
-j CLASSIFY --set-class "1 : 2";;FAIL
-j CLASSIFY ! --set-class 1:2;;FAIL
:PREROUTING,INPUT
-j CLASSIFY --set-class 1:2;;FAIL
*raw,filter,nat
:OUTPUT
-j CLASSIFY --set-class 0001:0002;=;OK
:PREROUTING,INPUT
-j CLASSIFY --set-class 0001:0002;;FAIL
*filter
6:FORWARD
-j CLASSIFY --set-class 1:2;-j CLASSIFY --set-class 0001:0002;OK
6:INPUT
-j CLASSIFY --set-class 1:2;;FAIL
