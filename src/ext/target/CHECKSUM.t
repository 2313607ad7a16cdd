*mangle
:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
-j CHECKSUM --checksum-fill;=;OK
-j CHECKSUM;;FAIL
-j CHECKSUM ! --checksum-fill;;FAIL
-j CHECKSUM --checksum-fill --checksum-fill;;FAIL
*filter,raw,nat
:OUTPUT
-j CHECKSUM --checksum-fill;;FAIL
*mangle
6:OUTPUT
-j CHECKSUM --checksum-fill;=;OK
-j CHECKSUM;;FAIL
