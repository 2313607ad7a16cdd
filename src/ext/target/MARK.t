:INPUT,FORWARD,OUTPUT
*mangle
-j MARK --set-xmark 0xfeedcafe/0xfeedcafe;=;OK
-j MARK --set-mark 1;-j MARK --set-xmark 0x1/0xffffffff;OK
-j MARK --set-mark 0x3/0x1;-j MARK --set-xmark 0x3/0x3;OK
-j MARK --and-mark 0xf;-j MARK --set-xmark 0x0/0xfffffff0;OK
-j MARK --or-mark 0x8;-j MARK --set-xmark 0x8/0x8;OK
-j MARK --xor-mark 0x8;-j MARK --set-xmark 0x8/0x0;OK
-j MARK --set-mark 4294967296;;FAIL
-j MARK --set-mark 1 --or-mark 2;;FAIL
-j MARK;;FAIL
