# linuximq, libxt_IMQ.c
*mangle
:PREROUTING,POSTROUTING
-j IMQ --todev 0;=;OK
-j IMQ;-j IMQ --todev 0;OK
-j IMQ --todev 0x1;-j IMQ --todev 1;OK
-j IMQ --todev x;;FAIL
*filter
:FORWARD
-j IMQ --todev 0;;FAIL
6:POSTROUTING
*mangle
-j IMQ --todev 1;=;OK
