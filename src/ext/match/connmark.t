:INPUT,FORWARD,OUTPUT
-m connmark --mark 1;-m connmark --mark 0x1;OK
-m connmark ! --mark 1/0xf;-m connmark ! --mark 0x1/0xf;OK
-m connmark --mark x;;FAIL
-m connmark;;FAIL
