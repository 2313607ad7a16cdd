# xtables-addons 1.47, extensions/libxt_RAWDNAT.c
*raw
:PREROUTING
-j RAWDNAT --to-destination 192.0.2.1/32;=;OK
-j RAWDNAT --to-destination 192.0.2.1;-j RAWDNAT --to-destination 192.0.2.1/32;OK
-j RAWDNAT --to-destination 192.0.2.9/24;=;OK
-j RAWDNAT;;FAIL
-j RAWDNAT --to-destination 192.0.2.1/33;;FAIL
-j RAWDNAT --to-destination 192.0.2.256;;FAIL
*filter
:FORWARD
-j RAWDNAT --to-destination 192.0.2.1;;FAIL
6:PREROUTING
*raw
-j RAWDNAT --to-destination 2001:db8::1;-j RAWDNAT --to-destination 2001:db8::1/128;OK
-j RAWDNAT --to-destination 2001:db8::/32;=;OK
