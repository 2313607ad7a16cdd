# xtables-addons 3.23: its libxt_fuzzy.so under iptables 1.8.9 says so
:INPUT
-m fuzzy --lower-limit 10 --upper-limit 32;=;OK
-m fuzzy --upper-limit 0x20 --lower-limit 10;-m fuzzy --lower-limit 10 --upper-limit 32;OK
-m fuzzy;-m fuzzy --lower-limit 1000 --upper-limit 2000;OK
-m fuzzy --upper-limit 7;-m fuzzy --lower-limit 1000 --upper-limit 7;OK
-m fuzzy --lower-limit 0;;FAIL
-m fuzzy --upper-limit 10000001;;FAIL
6:INPUT
-m fuzzy --lower-limit 10 --upper-limit 32;=;OK
