:POSTROUTING,INPUT
*nat
-j SNAT --to-source 1.1.1.1;=;OK
-j SNAT --to 1.1.1.1;-j SNAT --to-source 1.1.1.1;OK
-j SNAT --to-source 1.1.1.1-1.1.1.9;=;OK
-j SNAT --to-source 1.1.1.9-1.1.1.1;=;OK
-j SNAT --to-source 1.1.1.1-1.1.1.1;-j SNAT --to-source 1.1.1.1;OK
-p tcp -j SNAT --to-source 1.1.1.1:80;=;OK
-p tcp -j SNAT --to-source 1.1.1.1:80-90;=;OK
-p tcp -j SNAT --to-source 1.1.1.1:80-80;-p tcp -j SNAT --to-source 1.1.1.1:80;OK
-p tcp -j SNAT --to-source 1.1.1.1-1.1.1.5:80-90;=;OK
-p tcp -j SNAT --to-source 1.1.1.1:0x50;-p tcp -j SNAT --to-source 1.1.1.1:80;OK
-p tcp -j SNAT --to-source 1.1.1.1:80-90/85;-p tcp -j SNAT --to-source 1.1.1.1:80-90/0;OK
-p tcp -j SNAT --to-source :80;=;OK
-p tcp -j SNAT --to-source :80-99;=;OK
-p tcp -j SNAT --to-source :0;=;OK
-p tcp -j SNAT --to-source :http;-p tcp -j SNAT --to-source :80;OK
-p icmp -j SNAT --to-source 1.1.1.1:80;=;OK
-j SNAT --to-source 1.1.1.1 --random;=;OK
-j SNAT --to-source 1.1.1.1 --random --persistent;=;OK
-j SNAT --persistent --to-source 1.1.1.1 --random-fully --random;-j SNAT --to-source 1.1.1.1 --random --random-fully --persistent;OK
-p tcp -j SNAT --to-source :99-80;;FAIL
-p tcp -j SNAT --to-source 1.1.1.1:;;FAIL
-p tcp -j SNAT --to-source :65536;;FAIL
-p tcp -j SNAT --to-source 1.1.1.1:80:90;;FAIL
-p tcp -j SNAT --to-source 1.1.1.1:80x;;FAIL
-p tcp -j SNAT --to-source 1.1.1.1:http-90;;FAIL
-p tcp -j SNAT --to-source 1.1.1.1:80-http;;FAIL
-p tcp -j SNAT --to-source 1.1.1.1-:80;;FAIL
-p tcp -j SNAT --to-source 1.1.1.1-1.1.1.2-1.1.1.3;;FAIL
-p tcp -j SNAT --to-source "";;FAIL
-p tcp -j SNAT --to-source :;;FAIL
-p udplite -j SNAT --to-source 1.1.1.1:80;;FAIL
-j SNAT --to-source 1.1.1.1:80;;FAIL
-j SNAT --to-source 1.1.1.256;;FAIL
-j SNAT --to-source 1.1.1.1 --to-source 1.1.1.2;;FAIL
-j SNAT ! --to-source 1.1.1.1;;FAIL
-j SNAT --random-fully;;FAIL
-j SNAT;;FAIL
:PREROUTING,OUTPUT
-j SNAT --to-source 1.1.1.1;;FAIL
*filter
:INPUT
-j SNAT --to-source 1.1.1.1;;FAIL
