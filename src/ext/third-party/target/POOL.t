# netfilter's patch-o-matic, extensions/libipt_POOL.c of iptables before 1.4
:INPUT
-j POOL --add-srcip a;=;OK
-j POOL --del-dstip b --add-srcip a;-j POOL --add-srcip a --del-dstip b;OK
-j POOL --add-srcip a --del-srcip b;;FAIL
