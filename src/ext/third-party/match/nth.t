# netfilter's patch-o-matic, extensions/libipt_nth.c of iptables before 1.4
:INPUT
-m nth --every 3 --counter 0 --packet 1;=;OK
-m nth --every 3;-m nth --every 3 --counter 0;OK
-m nth --packet 0 --counter 2 --every 3 --start 1;-m nth --every 3 --counter 2 --start 1 --packet 0;OK
-m nth ! --every 3 --counter 5;=;OK
-m nth --every 3 --start 0;-m nth --every 3 --counter 0;OK
-m nth --every 1;;FAIL
-m nth --every 101;;FAIL
-m nth --every 3 --packet 3;;FAIL
-m nth ! --every 3 --packet 1;;FAIL
-m nth --packet 1;;FAIL
