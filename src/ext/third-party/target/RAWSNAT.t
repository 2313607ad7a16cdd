# xtables-addons 1.47, extensions/libxt_RAWSNAT.c
*raw
:OUTPUT
-j RAWSNAT --to-source 192.0.2.1/32;=;OK
-j RAWSNAT --to-source 192.0.2.1;-j RAWSNAT --to-source 192.0.2.1/32;OK
-j RAWSNAT --to-source 192.0.2.9/24;=;OK
-j RAWSNAT;;FAIL
-j RAWSNAT --to-source 192.0.2.1/33;;FAIL
-j RAWSNAT --to-source 192.0.2.256;;FAIL
*filter
:FORWARD
-j RAWSNAT --to-source 192.0.2.1;;FAIL
6:OUTPUT
*raw
-j RAWSNAT --to-source 2001:db8::1;-j RAWSNAT --to-source 2001:db8::1/128;OK
-j RAWSNAT --to-source 2001:db8::/32;=;OK
