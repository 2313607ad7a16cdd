6:PREROUTING,OUTPUT
*mangle
-j DNPT --src-pfx fd00::/48 --dst-pfx 2001:db8:1::/48;=;OK
-j DNPT --dst-pfx 2001:db8:1::/48 --src-pfx fd00::/64;-j DNPT --src-pfx fd00::/64 --dst-pfx 2001:db8:1::/48;OK
-j DNPT --src-pfx FD00::/48 --dst-pfx 2001:DB8:1::/56;-j DNPT --src-pfx fd00::/48 --dst-pfx 2001:db8:1::/56;OK
-j DNPT --src-pfx fd00::/ffff:: --dst-pfx 2001:db8:1::/56;-j DNPT --src-pfx fd00::/16 --dst-pfx 2001:db8:1::/56;OK
-j DNPT --src-pfx fd00::/65 --dst-pfx 2001:db8:1::/48;;FAIL
-j DNPT --src-pfx fd00::1/64 --dst-pfx 2001:db8:1::/64;;FAIL
-j DNPT --src-pfx fd00::1 --dst-pfx 2001:db8:1::/64;;FAIL
-j DNPT --src-pfx fd00:0:0:ff::/56 --dst-pfx 2001:db8:1::/64;;FAIL
-j DNPT --src-pfx fd00::/64 --dst-pfx 2001:db8:1::/0;;FAIL
-j DNPT ! --src-pfx fd00::/48 --dst-pfx 2001:db8:1::/48;;FAIL
-j DNPT --src-pfx fd00::/48 --dst-pfx 192.0.2.0/24;;FAIL
-j DNPT --src-pfx fd00::/129 --dst-pfx 2001:db8:1::/48;;FAIL
-j DNPT --src-pfx fd00::/48 --src-pfx fd01::/48 --dst-pfx 2001:db8:1::/48;;FAIL
-j DNPT --src-pfx fd00::/48;;FAIL
-j DNPT --dst-pfx fd00::/48;;FAIL
-j DNPT;;FAIL
6:INPUT,FORWARD,POSTROUTING
-j DNPT --src-pfx fd00::/48 --dst-pfx 2001:db8:1::/48;;FAIL
