# netfilter's patch-o-matic, extensions/libipt_IPV4OPTSSTRIP.c of iptables before 1.4
*mangle
:PREROUTING,FORWARD
-j IPV4OPTSSTRIP;=;OK
*filter
-j IPV4OPTSSTRIP;;FAIL
