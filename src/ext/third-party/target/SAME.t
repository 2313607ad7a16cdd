# netfilter's patch-o-matic, extensions/libipt_SAME.c of iptables before 1.4
*nat
:POSTROUTING
-j SAME --to 192.0.2.1-192.0.2.9;=;OK
-j SAME --nodst --to 192.0.2.1-192.0.2.1 --random;-j SAME --to 192.0.2.1 --nodst --random;OK
-j SAME --to 192.0.2.9-192.0.2.1;;FAIL
-j SAME --nodst;;FAIL
*filter
:FORWARD
-j SAME --to 192.0.2.1;;FAIL
