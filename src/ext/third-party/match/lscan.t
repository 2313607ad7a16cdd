# xtables-addons 3.23: its libxt_lscan.so under iptables 1.8.9 says so
:INPUT
-p tcp -m lscan --stealth;=;OK
-p tcp -m lscan --mirai --cnscan --synscan;-p tcp -m lscan --synscan --cnscan --mirai;OK
-p tcp -m lscan --grscan;=;OK
-p tcp -m portscan --stealth;-p tcp -m lscan --stealth;OK
-m lscan --stealth;;FAIL
