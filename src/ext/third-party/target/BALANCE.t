# netfilter's patch-o-matic, extensions/libipt_BALANCE.c of iptables before 1.4
*nat
:PREROUTING
-p tcp -j BALANCE --to-destination 192.0.2.1-192.0.2.9;=;OK
-p tcp -j BALANCE --to-destination 192.0.2.1;;FAIL
-p tcp -j BALANCE;;FAIL
*filter
:FORWARD
-j BALANCE --to-destination 192.0.2.1-192.0.2.9;;FAIL
