# netfilter's patch-o-matic, extensions/libipt_MIRROR.c of iptables before 1.4
:INPUT,FORWARD
-j MIRROR;=;OK
:OUTPUT
-j MIRROR;;FAIL
*nat
:PREROUTING
-j MIRROR;;FAIL
