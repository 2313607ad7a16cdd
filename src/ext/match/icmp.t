:INPUT,FORWARD,OUTPUT
-p icmp -m icmp --icmp-type any;=;OK
-p icmp -m icmp ! --icmp-type any;=;OK
-p icmp -m icmp ! --icmp-type 8;=;OK
-p icmp -m icmp --icmp-type 8/0;=;OK
-p icmp -m icmp --icmp-type 255/3;-p icmp -m icmp --icmp-type any;OK
-p icmp -m icmp --icmp-type PING;-p icmp -m icmp --icmp-type 8;OK
-p icmp -m icmp --icmp-type echo-req;-p icmp -m icmp --icmp-type 8;OK
-p icmp -m icmp --icmp-type host-unreachable;-p icmp -m icmp --icmp-type 3/1;OK
-p icmp -m icmp --icmp-type ttl-exceeded;-p icmp -m icmp --icmp-type 11;OK
-p icmp -m icmp --icmp-type 256;;FAIL
-p icmp -m icmp --icmp-type 8/;;FAIL
-p icmp -m icmp;;FAIL
6:INPUT
-m icmp;;FAIL
-p icmp --icmp-type 8;;FAIL
