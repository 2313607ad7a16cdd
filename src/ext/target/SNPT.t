6:INPUT,POSTROUTING
*mangle
-j SNPT --src-pfx fd00::/48 --dst-pfx 2001:db8:1::/48;=;OK
-j SNPT --dst-pfx 2001:db8:1::/48 --src-pfx fd00::/64;-j SNPT --src-pfx fd00::/64 --dst-pfx 2001:db8:1::/48;OK
-j SNPT --src-pfx FD00::/48 --dst-pfx 2001:DB8:1::/56;-j SNPT --src-pfx fd00::/48 --dst-pfx 2001:db8:1::/56;OK
-j SNPT --src-pfx fd00::/ffff:: --dst-pfx 2001:db8:1::/56;-j SNPT --src-pfx fd00::/16 --dst-pfx 2001:db8:1::/56;OK
-j SNPT --src-pfx fd00::/65 --dst-pfx 2001:db8:1::/48;;FAIL
-j SNPT --src-pfx fd00::1/64 --dst-pfx 2001:db8:1::/64;;FAIL
-j SNPT --src-pfx fd00::1 --dst-pfx 2001:db8:1::/64;;FAIL
-j SNPT --src-pfx fd00:0:0:ff::/56 --dst-pfx 2001:db8:1::/64;;FAIL
-j SNPT --src-pfx fd00::/64 --dst-pfx 2001:db8:1::/0;;FAIL
-j SNPT ! --src-pfx fd00::/48 --dst-pfx 2001:db8:1::/48;;FAIL
-j SNPT --src-pfx fd00::/48 --dst-pfx 192.0.2.0/24;;FAIL
-j SNPT --src-pfx fd00::/129 --dst-pfx 2001:db8:1::/48;;FAIL
-j SNPT --src-pfx fd00::/48 --src-pfx fd01::/48 --dst-pfx 2001:db8:1::/48;;FAIL
-j SNPT --src-pfx fd00::/48;;FAIL
-j SNPT --dst-pfx fd00::/48;;FAIL
-j SNPT;;FAIL
6:PREROUTING,FORWARD,OUTPUT
-j SNPT --src-pfx fd00::/48 --dst-pfx 2001:db8:1::/48;;FAIL
