:INPUT,FORWARD,OUTPUT
-m mark --mark 0xfeedcafe/0xfeedcafe;=;OK
-m mark --mark 0;-m mark --mark 0x0;OK
-m mark --mark 4294967295;-m mark --mark 0xffffffff;OK
-m mark ! --mark 0x1/0x3;=;OK
-m mark --mark 4294967296;;FAIL
-m mark --mark -1;;FAIL
-m mark;;FAIL
# a match that stands again does not take its options back from one that came between
-m mark --mark 1 -m connmark -m mark --mark 2;;FAIL
-m mark --mark 1 -m connmark --mark 2 -m mark --mark 3;;FAIL
