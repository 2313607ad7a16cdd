:PREROUTING,INPUT,FORWARD
*mangle
-m mac --mac-source 00:01:02:0a:0b:ff;=;OK
-m mac ! --mac-source 00:01:02:0a:0b:ff;=;OK
:INPUT
-m mac --mac-source 0:1:2:A:B:fF;-m mac --mac-source 00:01:02:0a:0b:ff;OK
-m mac --mac-source 00:01:02:0a:0b:;-m mac --mac-source 00:01:02:0a:0b:00;OK
-m mac;;FAIL
-m mac --mac-source 00:01:02:0a:0b;;FAIL
-m mac --mac-source 00-01-02-0a-0b-ff;;FAIL
-m mac --mac-source 000:01:02:0a:0b:ff;;FAIL
-m mac --mac-source 00:01:02:0a:0b:ff:00;;FAIL
-m mac --mac-source 00:01:02:0a:0b:gg;;FAIL
-m mac --mac-source 00:01:02:0a:0b:100;;FAIL
:OUTPUT,POSTROUTING
-m mac --mac-source 00:01:02:0a:0b:ff;;FAIL
6:INPUT
-m mac ! --mac-source 00:01:02:0a:0b:ff;=;OK
6:OUTPUT
-m mac --mac-source 00:01:02:0a:0b:ff;;FAIL
