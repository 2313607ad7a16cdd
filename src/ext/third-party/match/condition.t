# xtables-addons 3.23: its libxt_condition.so under iptables 1.8.9 says so
:INPUT,FORWARD,OUTPUT
-m condition --condition "foo";=;OK
-m condition --condition foo;-m condition --condition "foo";OK
-m condition ! --condition foo;-m condition ! --condition "foo";OK
-m condition --condition "a b";=;OK
-m condition;;FAIL
-m condition --condition 0123456789012345678901234567890;;FAIL
6:INPUT
-m condition ! --condition "foo";=;OK
