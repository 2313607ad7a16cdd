:POSTROUTING
*nat
-j MASQUERADE;=;OK
-p tcp -j MASQUERADE --to-ports 1024;=;OK
-p tcp -j MASQUERADE --to-ports 1024-2000;=;OK
-p tcp -j MASQUERADE --to-ports 1024-1024;-p tcp -j MASQUERADE --to-ports 1024;OK
-p tcp -j MASQUERADE --to-ports 0;=;OK
-p tcp -j MASQUERADE --to-ports 0-5;=;OK
-p tcp -j MASQUERADE --to-ports http;-p tcp -j MASQUERADE --to-ports 80;OK
-p tcp -j MASQUERADE --to-ports ftp-data;-p tcp -j MASQUERADE --to-ports 20;OK
-p tcp -j MASQUERADE --to-ports 5-9/7;-p tcp -j MASQUERADE --to-ports 5-9/0;OK
-p tcp -j MASQUERADE --to-ports 5-5/http;-p tcp -j MASQUERADE --to-ports 5/0;OK
-p icmp -j MASQUERADE --to-ports 5;=;OK
-p sctp -j MASQUERADE --to-ports 5;=;OK
-p dccp -j MASQUERADE --to-ports 5;=;OK
! -p tcp -j MASQUERADE --to-ports 5;=;OK
-j MASQUERADE --random;=;OK
-j MASQUERADE --random-fully;=;OK
-j MASQUERADE --random-fully --random;-j MASQUERADE --random --random-fully;OK
-p udp -j MASQUERADE --to-ports 10-20 --random;=;OK
-p tcp -j MASQUERADE --to-ports 1024:2000;;FAIL
-p tcp -j MASQUERADE --to-ports 2000-1024;;FAIL
-p tcp -j MASQUERADE --to-ports 65536;;FAIL
-p tcp -j MASQUERADE --to-ports 10-;;FAIL
-p tcp -j MASQUERADE --to-ports "";;FAIL
-p udplite -j MASQUERADE --to-ports 5;;FAIL
-p gre -j MASQUERADE --to-ports 5;;FAIL
-j MASQUERADE --to-ports 5;;FAIL
-p tcp -j MASQUERADE --persistent;;FAIL
:PREROUTING,INPUT,OUTPUT
-j MASQUERADE;;FAIL
*filter,mangle
:FORWARD
-j MASQUERADE;;FAIL
