# xtables-addons 3.23: its libxt_TARPIT.so under iptables 1.8.9 says so
:INPUT,FORWARD
-p tcp -j TARPIT --tarpit;=;OK
-p tcp -j TARPIT;-p tcp -j TARPIT --tarpit;OK
-p tcp -j TARPIT --honeypot;=;OK
-p tcp -j TARPIT --honeypot --reset;-p tcp -j TARPIT --reset;OK
-p tcp -j TARPIT --reset --honeypot;-p tcp -j TARPIT --honeypot;OK
-j TARPIT;;FAIL
:OUTPUT
-p tcp -j TARPIT;;FAIL
6:INPUT
-p tcp -j TARPIT --tarpit;=;OK
