# xtables-addons 3.23: its libxt_PROTO.so under iptables 1.8.9 says so
*mangle
:PREROUTING
-j PROTO --proto-set 17;=;OK
-j PROTO --proto-set 0x11;-j PROTO --proto-set 17;OK
-j PROTO;;FAIL
-j PROTO --proto-set 256;;FAIL
-j PROTO --proto-set 17 --stop-at-frag;;FAIL
*filter
:INPUT
-j PROTO --proto-set 17;;FAIL
6:PREROUTING
*mangle
-j PROTO --stop-at-auth --stop-at-frag --proto-set 17;-j PROTO --proto-set 17 --stop-at-frag --stop-at-auth;OK
