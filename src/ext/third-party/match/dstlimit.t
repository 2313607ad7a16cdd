# netfilter's patch-o-matic, extensions/libipt_dstlimit.c of iptables before 1.4
:FORWARD
-m dstlimit --dstlimit 10/sec --dstlimit-mode dstip --dstlimit-name x;=;OK
-m dstlimit --dstlimit-name x --dstlimit-mode srcip-dstip-destport --dstlimit 120/minute --dstlimit-burst 7;-m dstlimit --dstlimit 2/sec --dstlimit-burst 7 --dstlimit-mode srcip-dstip-dstport --dstlimit-name x;OK
-m dstlimit --dstlimit 10/sec --dstlimit-mode dstip;;FAIL
-m dstlimit --dstlimit 10/sec --dstlimit-mode src --dstlimit-name x;;FAIL
