# xtables-addons 3.23: its libxt_CHAOS.so under iptables 1.8.9 says so
:INPUT,FORWARD,OUTPUT
-j CHAOS;=;OK
-j CHAOS --delude;=;OK
-j CHAOS --tarpit;=;OK
-j CHAOS --delude --tarpit;;FAIL
