# xtables-addons 3.23: its libxt_SYSRQ.so under iptables 1.8.9 says so
:INPUT
-p udp -j SYSRQ;=;OK
-j SYSRQ;;FAIL
6:INPUT
-p udp -j SYSRQ;=;OK
