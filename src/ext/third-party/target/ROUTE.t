# netfilter's patch-o-matic, extensions/libipt_ROUTE.c of iptables before 1.4
*mangle
:PREROUTING,POSTROUTING
-j ROUTE --oif eth1;=;OK
-j ROUTE --gw 192.0.2.1 --oif eth1 --continue;-j ROUTE --oif eth1 --gw 192.0.2.1 --continue;OK
-j ROUTE --gw 192.0.2.1 --tee;=;OK
-j ROUTE --iif eth1;=;OK
-j ROUTE --continue;;FAIL
-j ROUTE --iif eth1 --tee;;FAIL
-j ROUTE --oif eth1 --iif eth2;;FAIL
-j ROUTE --gw 192.0.2.256;;FAIL
*filter
:INPUT
-j ROUTE --oif eth1;;FAIL
