# xtables-addons 3.23: its libxt_ipv4options.so under iptables 1.8.9 says so
:INPUT
-m ipv4options --flags 1;=;OK
-m ipv4options --flags '!nop,timestamp' --any;-m ipv4options --flags !1,4 --any;OK
-m ipv4options --flags router-alert,2,lsrr,ssrr,mtu-probe,mtu-reply,traceroute,record-route;-m ipv4options --flags 2,3,7,9,11,12,18,20;OK
-m ipv4options --flags !7,20,31;=;OK
-m ipv4options --any;=;OK
-m ipv4options --flags eol;;FAIL
