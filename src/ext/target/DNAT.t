:PREROUTING,OUTPUT
*nat
-j DNAT --to-destination 1.1.1.1;=;OK
-j DNAT --to 1.1.1.1;-j DNAT --to-destination 1.1.1.1;OK
-j DNAT --to-destination 1.1.1.1-1.1.1.9;=;OK
-p tcp -j DNAT --to-destination 1.1.1.1:80;=;OK
-p tcp -j DNAT --to-destination 1.1.1.1:http;-p tcp -j DNAT --to-destination 1.1.1.1:80;OK
-p tcp -j DNAT --to-destination 1.1.1.1:ftp-data;-p tcp -j DNAT --to-destination 1.1.1.1:20;OK
-p tcp -j DNAT --to-destination 1.1.1.1:80-90;=;OK
-p tcp -j DNAT --to-destination 1.1.1.1:80-90/80;=;OK
-p tcp -j DNAT --to-destination 1.1.1.1:80-90/http;-p tcp -j DNAT --to-destination 1.1.1.1:80-90/80;OK
-p tcp -j DNAT --to-destination 1.1.1.1:80-90/100 --random;=;OK
-p tcp -j DNAT --to-destination :80-90/8080;=;OK
-p tcp -j DNAT --to-destination 1.1.1.1:80-80/8080;-p tcp -j DNAT --to-destination 1.1.1.1:80/8080;OK
-p tcp -j DNAT --to-destination :80;=;OK
-p tcp -j DNAT --to-destination :0-5;=;OK
-p tcp -j DNAT --to-destination 1.1.1.9-1.1.1.1:90-90;-p tcp -j DNAT --to-destination 1.1.1.9-1.1.1.1:90;OK
-p tcp -j DNAT --to-destination 0.0.0.0:90;=;OK
-p icmp -j DNAT --to-destination 1.1.1.1:8;=;OK
-j DNAT --to-destination 1.1.1.1 --persistent --random;-j DNAT --to-destination 1.1.1.1 --random --persistent;OK
-j DNAT --to-destination 1.1.1.1 --random-fully;;FAIL
-p tcp -j DNAT --to-destination :80-90/0;;FAIL
-p tcp -j DNAT --to-destination :80-90/;;FAIL
-p tcp -j DNAT --to-destination :80-90/65536;;FAIL
-p tcp -j DNAT --to-destination 1.1.1.1:;;FAIL
-p tcp -j DNAT --to-destination 1.1.1.1:90-80;;FAIL
-p tcp -j DNAT --to-destination 1.1.1.1:08;;FAIL
-p udplite -j DNAT --to-destination 1.1.1.1:8;;FAIL
-j DNAT --to-destination 1.1.1.1:80;;FAIL
-j DNAT --persistent;;FAIL
-j DNAT --to-destination 1.1.1.1 --to-destination 1.1.1.2;;FAIL
-p tcp -j DNAT --to-destination [::1]:80;;FAIL
-j DNAT --to-destination :80 -p tcp;;FAIL
:POSTROUTING,INPUT
-j DNAT --to-destination 1.1.1.1;;FAIL
*mangle
:PREROUTING
-j DNAT --to-destination 1.1.1.1;;FAIL
