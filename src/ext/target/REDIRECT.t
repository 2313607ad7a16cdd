:PREROUTING,OUTPUT
*nat
-j REDIRECT;=;OK
-p tcp -j REDIRECT --to-ports 80;=;OK
-p tcp -j REDIRECT --to-port 80;-p tcp -j REDIRECT --to-ports 80;OK
-p tcp -j REDIRECT --to-ports http;-p tcp -j REDIRECT --to-ports 80;OK
-p tcp -j REDIRECT --to-ports ftp-data;-p tcp -j REDIRECT --to-ports 20;OK
-p tcp -j REDIRECT --to-ports 80-90;=;OK
-p tcp -j REDIRECT --to-ports 80-80;-p tcp -j REDIRECT --to-ports 80;OK
-p tcp -j REDIRECT --to-ports 0;=;OK
-p tcp -j REDIRECT --to-ports 0-5;=;OK
-p icmp -j REDIRECT --to-ports 8;=;OK
-p tcp -j REDIRECT --to-ports 80 --random;=;OK
-j REDIRECT --random;=;OK
-p tcp -j REDIRECT --to-ports 80-90/80;;FAIL
-p tcp -j REDIRECT --to-ports http-90;;FAIL
-p tcp -j REDIRECT --to-ports 90-80;;FAIL
-p tcp -j REDIRECT --to-ports 80:90;;FAIL
-p tcp -j REDIRECT --to-ports 65536;;FAIL
-p tcp -j REDIRECT --to-ports "";;FAIL
-j REDIRECT --to-ports 80;;FAIL
-j REDIRECT --random-fully;;FAIL
-j REDIRECT --persistent;;FAIL
-j REDIRECT --to-ports 80 -p tcp;;FAIL
:POSTROUTING,INPUT
-j REDIRECT;;FAIL
*filter
:INPUT
-j REDIRECT;;FAIL
