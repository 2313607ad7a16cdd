:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
*mangle
-m pkttype --pkt-type unicast;=;OK
-m pkttype ! --pkt-type multicast;=;OK
:INPUT
-m pkttype --pkt-type otherhost;=;OK
-m pkttype --pkt-type host;-m pkttype --pkt-type unicast;OK
-m pkttype ! --pkt-type BROADCAST;-m pkttype ! --pkt-type broadcast;OK
-m pkttype --pkt-type bcast;-m pkttype --pkt-type broadcast;OK
-m pkttype --pkt-type Mcast;-m pkttype --pkt-type multicast;OK
-m pkttype;;FAIL
-m pkttype --pkt-type outgoing;;FAIL
-m pkttype --pkt-type loopback;;FAIL
-m pkttype --pkt-type 1;;FAIL
6:INPUT
-m pkttype --pkt-type broadcast;=;OK
