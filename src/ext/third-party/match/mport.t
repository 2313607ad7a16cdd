# netfilter's patch-o-matic, extensions/libipt_mport.c of iptables before 1.4
:INPUT
-p tcp -m mport --sports 1,5:7;=;OK
-p udp -m mport --destination-ports domain,100:200;-p udp -m mport --dports 53,100:200;OK
-p tcp -m mport --ports 80;=;OK
-m mport --ports 80;;FAIL
-p tcp -m mport;;FAIL
-p tcp -m mport --dports 7:5;;FAIL
-p tcp -m mport --dports 5:5;;FAIL
-p tcp -m mport --dports 1 --sports 2;;FAIL
