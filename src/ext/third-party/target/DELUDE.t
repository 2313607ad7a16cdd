# xtables-addons 3.23: its libxt_DELUDE.so under iptables 1.8.9 says so
:INPUT,FORWARD
-p tcp -j DELUDE;=;OK
-j DELUDE;;FAIL
:OUTPUT
-p tcp -j DELUDE;;FAIL
