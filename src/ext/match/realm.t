:INPUT,FORWARD,OUTPUT
-m realm --realm 0x1/0x2a;=;OK
-m realm --realm 0x2a;=;OK
-m realm ! --realm 42;-m realm ! --realm 0x2a;OK
-m realm --realm 0x10002/0xffff;=;OK
-m realm --realm 010;-m realm --realm 0x8;OK
-m realm --realm 0;-m realm --realm cosmos;OK
-m realm ! --realm cosmos;=;OK
-m realm --realm 0/0;-m realm --realm 0x0/0x0;OK
-m realm --realm 1/0xffffffff;-m realm --realm 0x1;OK
-m realm --realm 4294967296;;FAIL
-m realm --realm 1/2/3;;FAIL
-m realm --realm 1/;;FAIL
-m realm;;FAIL
:POSTROUTING
*mangle
-m realm --realm 0x1;=;OK
:PREROUTING
*mangle
-m realm --realm 1;;FAIL
6:INPUT
-m realm --realm 1;;FAIL
