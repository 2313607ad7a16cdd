:INPUT,FORWARD,OUTPUT
-p tcp -m multiport --sports 1,2:3;=;OK
-p tcp -m multiport --source-port 1;-p tcp -m multiport --sports 1;OK
-p tcp -m multiport ! --dports 53,http;-p tcp -m multiport ! --dports 53,80;OK
-p tcp -m multiport --port 1;-p tcp -m multiport --ports 1;OK
-p tcp -m multiport --dports 0x10;-p tcp -m multiport --dports 16;OK
-p 136 -m multiport --dports 1;-p udplite -m multiport --dports 1;OK
-p dccp -m multiport --dports 1;=;OK
-p icmp -m multiport --dports 1;;FAIL
-p tcp -m multiport;;FAIL
-p tcp -m multiport --sports 1 --dports 2;;FAIL
-p tcp -m multiport --dports 5:5;;FAIL
-p tcp -m multiport --dports 5:;;FAIL
-p tcp -m multiport --dports :5;;FAIL
# the protocol is looked at when the option comes
-m multiport -p tcp --dports 1;-p tcp -m multiport --dports 1;OK
-m multiport --dports 1 -p tcp;;FAIL
# --dport is short for --dports, unless the tcp match stands before, whose option it is
-p tcp -m multiport --dport 1,2;-p tcp -m multiport --dports 1,2;OK
-p tcp -m tcp -m multiport --dport 1,2;;FAIL
-p tcp -m tcp -m multiport --dport 1 --ports 2;-p tcp -m tcp --dport 1 -m multiport --ports 2;OK
