# netfilter's patch-o-matic, extensions/libipt_iplimit.c of iptables before 1.4
:INPUT
-p tcp -m iplimit --iplimit-above 3;=;OK
-p tcp -m iplimit ! --iplimit-above 3 --iplimit-mask 24;=;OK
-p tcp -m iplimit --iplimit-mask 0x18 --iplimit-above 3;-p tcp -m iplimit --iplimit-above 3 --iplimit-mask 24;OK
-m iplimit --iplimit-above 3;;FAIL
-p tcp -m iplimit --iplimit-mask 24;;FAIL
