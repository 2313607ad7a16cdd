:INPUT,FORWARD
-p tcp -j SYNPROXY;=;OK
-p tcp -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460;=;OK
-p tcp -j SYNPROXY --ecn --mss 1460 --wscale 7 --timestamp --sack-perm;-p tcp -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460 --ecn;OK
-p tcp -j SYNPROXY --mss 0x5b4;-p tcp -j SYNPROXY --mss 1460;OK
-p tcp -j SYNPROXY --wscale 300 --mss 70000;-p tcp -j SYNPROXY --wscale 44 --mss 4464;OK
-p tcp -j SYNPROXY --wscale 4294967295 --mss 4294967295;-p tcp -j SYNPROXY --wscale 255 --mss 65535;OK
-p tcp -j SYNPROXY --wscale 0 --mss 0;=;OK
-p tcp -m conntrack --ctstate INVALID,UNTRACKED -j SYNPROXY --sack-perm --timestamp --wscale 9 --mss 1460;=;OK
-j SYNPROXY --mss 1460;;FAIL
-p udp -j SYNPROXY --mss 1460;;FAIL
! -p tcp -j SYNPROXY --mss 1460;;FAIL
-p tcp -j SYNPROXY --mss;;FAIL
-p tcp -j SYNPROXY --mss x;;FAIL
-p tcp -j SYNPROXY --wscale 4294967296;;FAIL
-p tcp -j SYNPROXY --wscale -1;;FAIL
-p tcp -j SYNPROXY --wscale 1 --wscale 2;;FAIL
-p tcp -j SYNPROXY --ecn --ecn;;FAIL
-p tcp -j SYNPROXY ! --ecn;;FAIL
-p tcp -j SYNPROXY --timestamps;;FAIL
:OUTPUT
-p tcp -j SYNPROXY --mss 1460;;FAIL
*mangle
:INPUT,FORWARD
-p tcp -j SYNPROXY --ecn;=;OK
*mangle
:PREROUTING,OUTPUT,POSTROUTING
-p tcp -j SYNPROXY --ecn;;FAIL
*nat
:INPUT
-p tcp -j SYNPROXY --ecn;=;OK
*filter
6:INPUT,FORWARD
-p tcp -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1440;=;OK
-p udp -j SYNPROXY;;FAIL
