# netfilter's patch-o-matic, extensions/libipt_unclean.c of iptables before 1.4
:INPUT
-m unclean;=;OK
