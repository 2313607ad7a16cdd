# xtables-addons 3.23: its libxt_asn.so under iptables 1.8.9 says so
:INPUT,FORWARD
-m asn --src-asn 1234;=;OK
-m asn ! --src-asn 1234,5;=;OK
-m asn --source-number 5;-m asn --src-asn 5;OK
-m asn --destination-number 0x10;-m asn --dst-asn 16;OK
-m asn;;FAIL
-m asn --src-asn x;;FAIL
-m asn --src-asn 5 --dst-asn 6;;FAIL
6:INPUT
-m asn ! --dst-asn 1234;=;OK
