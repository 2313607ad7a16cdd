# xtables-addons 3.23: its libxt_quota2.so under iptables 1.8.9 says so
:INPUT,OUTPUT
-m quota2 --name foo --quota 16;=;OK
-m quota2 ! --quota 0x10 --name foo --packets;-m quota2 --packets --name foo ! --quota 16;OK
-m quota2 --grow --no-change --name foo --quota 0;=;OK
-m quota2 --name foo --grow;-m quota2 --grow --name foo --quota 0;OK
-m quota2 --name 0123456789abcdef --quota 1;-m quota2 --name 0123456789abcd --quota 1;OK
-m quota2 --name foo --quota 18446744073709551615;=;OK
-m quota2 --name foo --quota x;;FAIL
# Android's iptables-save
-m quota2 ! --name foo --quota 16;-m quota2 --name foo ! --quota 16;OK
6:INPUT
-m quota2 --name foo ! --quota 16;=;OK
