# xtables-addons 1.47, extensions/libxt_STEAL.c
:INPUT,OUTPUT
-j STEAL;=;OK
