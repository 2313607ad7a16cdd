:INPUT,FORWARD,OUTPUT
-m addrtype --src-type LOCAL;=;OK
-m addrtype --dst-type local,BROADCAST;-m addrtype --dst-type LOCAL,BROADCAST;OK
-m addrtype --dst-type UNSPEC,UNICAST,LOCAL,BROADCAST,ANYCAST,MULTICAST,BLACKHOLE,UNREACHABLE,PROHIBIT;=;OK
-m addrtype --dst-type XRESOLVE,NAT,THROW;-m addrtype --dst-type THROW,NAT,XRESOLVE;OK
-m addrtype ! --src-type LOCAL ! --dst-type LOCAL;=;OK
-m addrtype --dst-type LOCAL --src-type LOCAL;-m addrtype --src-type LOCAL --dst-type LOCAL;OK
-m addrtype --src-type LOC;-m addrtype --src-type LOCAL;OK
-m addrtype --dst-type LOCAL --dst-type BROADCAST;;FAIL
-m addrtype --src-type LOCAL --limit-iface-out --limit-iface-in;;FAIL
-m addrtype --limit-iface-in;;FAIL
-m addrtype --src-type bogus;;FAIL
-m addrtype --src-type "";;FAIL
-m addrtype --src-type LOCAL,;;FAIL
-m addrtype --src-type LOCAL ! --limit-iface-in;;FAIL
-m addrtype;;FAIL
:INPUT,FORWARD
-m addrtype --src-type LOCAL --limit-iface-in;=;OK
:FORWARD,OUTPUT
-m addrtype --src-type LOCAL --limit-iface-out;=;OK
:OUTPUT
-m addrtype --src-type LOCAL --limit-iface-in;;FAIL
:INPUT
-m addrtype --src-type LOCAL --limit-iface-out;;FAIL
*mangle
:PREROUTING
-m addrtype --src-type LOCAL --limit-iface-out;;FAIL
:POSTROUTING
-m addrtype --src-type LOCAL --limit-iface-in;;FAIL
