# xtables-addons 3.23: its libxt_gradm.so under iptables 1.8.9 says so
:INPUT
-m gradm --enabled;=;OK
-m gradm --disabled;=;OK
-m gradm ! --enabled;-m gradm --disabled;OK
-m gradm ! --disabled;-m gradm --enabled;OK
-m gradm --enabled --disabled;;FAIL
