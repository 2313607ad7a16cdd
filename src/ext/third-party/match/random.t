# netfilter's patch-o-matic, extensions/libipt_random.c of iptables before 1.4
:INPUT
-m random --average 25;=;OK
-m random;-m random --average 50;OK
-m random --average 0x63;-m random --average 99;OK
-m random --average 0;;FAIL
-m random --average 100;;FAIL
