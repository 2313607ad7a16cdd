:INPUT,FORWARD,OUTPUT
-p tcp -m ecn --ecn-tcp-cwr;=;OK
-p tcp -m ecn ! --ecn-tcp-ece;=;OK
-p tcp -m ecn --ecn-ip-ect 1 ! --ecn-tcp-cwr --ecn-tcp-ece;-p tcp -m ecn --ecn-tcp-ece ! --ecn-tcp-cwr --ecn-ip-ect 1;OK
-m ecn --ecn-ip-ect 0;=;OK
-p udp -m ecn ! --ecn-ip-ect 3;=;OK
-m ecn --ecn-ip-ect 0x2;-m ecn --ecn-ip-ect 2;OK
-p tcp -m ecn --ecn-tcp-c;-p tcp -m ecn --ecn-tcp-cwr;OK
-m ecn;;FAIL
-m ecn --ecn-ip-ect 4;;FAIL
-m ecn --ecn-tcp-cwr;;FAIL
-p udp -m ecn --ecn-tcp-ece;;FAIL
! -p tcp -m ecn --ecn-tcp-cwr;;FAIL
-p tcp -m ecn --ecn-tcp-cwr --ecn-tcp-cwr;;FAIL
-p tcp -m ecn --ecn-ip-ect;;FAIL
