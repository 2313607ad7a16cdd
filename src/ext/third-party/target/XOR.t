# netfilter's patch-o-matic, extensions/libipt_XOR.c of iptables before 1.4
*mangle
:PREROUTING
-p tcp -j XOR --key secret --block-size 3;=;OK
-p udp -j XOR --block-size 0x10 --key a;-p udp -j XOR --key a --block-size 16;OK
-p tcp -j XOR --key secret;;FAIL
-j XOR --key secret --block-size 3;;FAIL
*filter
:INPUT
-p tcp -j XOR --key secret --block-size 3;;FAIL
