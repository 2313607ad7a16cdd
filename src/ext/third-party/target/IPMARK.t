# xtables-addons 3.23: its libxt_IPMARK.so under iptables 1.8.9 says so
*mangle
:POSTROUTING,PREROUTING
-j IPMARK --addr dst --and-mask 0xffff --or-mask 0x10000;=;OK
-j IPMARK --shift 4 --or-mask 0 --and-mask 255 --addr src;-j IPMARK --addr src --and-mask 0xff --shift 4;OK
-j IPMARK --addr src --and-mask 0xffffffff;-j IPMARK --addr src;OK
-j IPMARK --and-mask 5;;FAIL
-j IPMARK --addr any;;FAIL
*filter
:INPUT
-j IPMARK --addr src;;FAIL
6:PREROUTING
*mangle
-j IPMARK --addr src --and-mask 0xffff --shift 16;=;OK
