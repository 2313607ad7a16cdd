# xtables-addons 3.23: its libxt_LOGMARK.so under iptables 1.8.9 says so
:INPUT
-j LOGMARK;=;OK
-j LOGMARK --log-prefix 'a b' --log-level 5;-j LOGMARK --log-level 5 --log-prefix "a b";OK
-j LOGMARK --log-level 4;-j LOGMARK;OK
-j LOGMARK --log-level 9;;FAIL
-j LOGMARK --log-level warning;;FAIL
-j LOGMARK --log-prefix abcdefghijklmno;;FAIL
6:INPUT
-j LOGMARK --log-prefix "ab";=;OK
