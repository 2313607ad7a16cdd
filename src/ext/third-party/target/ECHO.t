# xtables-addons 3.23: its libxt_ECHO.so under iptables 1.8.9 says so
:INPUT
-p udp -j ECHO;=;OK
-j ECHO;;FAIL
6:INPUT
-p udp -j ECHO;=;OK
