# xtables-addons 3.23: its libxt_ACCOUNT.so under iptables 1.8.9 says so
:FORWARD
-j ACCOUNT --addr 192.168.1.0/24 --tname sales;=;OK
-j ACCOUNT --tname x --addr 10.1.2.3/8;-j ACCOUNT --addr 10.0.0.0/8 --tname x;OK
-j ACCOUNT --addr 0.0.0.0/0 --tname all;=;OK
-j ACCOUNT --addr 10.1.2.3 --tname x;=;OK
-j ACCOUNT --tname x;;FAIL
-j ACCOUNT --addr 10.0.0.0/8 --tname 01234567890123456789012345678901;;FAIL
