# netfilter's patch-o-matic, extensions/libipt_pool.c of iptables before 1.4
:INPUT
-m pool --srcpool a;=;OK
-m pool ! --dstpool b ! --srcpool a;-m pool ! --srcpool a ! --dstpool b;OK
-m pool;;FAIL
