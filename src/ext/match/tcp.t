:INPUT,FORWARD,OUTPUT
-p tcp -m tcp;=;OK
-p tcp -m tcp --tcp-flags SYN,ACK SYN --tcp-option 3 --dport 2 --sport 1;-p tcp -m tcp --sport 1 --dport 2 --tcp-option 3 --tcp-flags SYN,ACK SYN;OK
-p tcp -m tcp --source-port http --destination-port :5;-p tcp -m tcp --sport 80 --dport 0:5;OK
-p tcp -m tcp --syn;-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN;OK
-p tcp -m tcp ! --syn;-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN;OK
-p tcp -m tcp --tcp-flags ALL NONE;-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE;OK
-p tcp -m tcp --tcp-flags ack,syn syn;-p tcp -m tcp --tcp-flags SYN,ACK SYN;OK
-p tcp -m tcp --tcp-flags SYN ACK;=;OK
-p tcp -m tcp --tcp-flags NONE NONE;-p tcp -m tcp;OK
-p tcp -m tcp ! --tcp-flags NONE NONE;=;OK
-p tcp -m tcp ! --tcp-option 5;=;OK
-p tcp -m tcp --sport :;-p tcp -m tcp;OK
-p tcp -m tcp ! --sport 0:65535;-p tcp -m tcp;OK
-p tcp -m tcp ! --sport 5 --dport 5:5;-p tcp -m tcp ! --sport 5 --dport 5;OK
-p tcp -m tcp --tcp-option 0;;FAIL
-p tcp -m tcp --tcp-option 256;;FAIL
-p tcp -m tcp --tcp-flags SYN;;FAIL
-p tcp -m tcp --syn --tcp-flags SYN SYN;;FAIL
-p udp -m tcp;;FAIL
# options cut short, the core's too where no other begins so
--prot tcp --sour 1.2.3.4 --mat tcp --dpor 80 --ju ACCEPT;-s 1.2.3.4/32 -p tcp -m tcp --dport 80 -j ACCEPT;OK
-p tcp --dest 1.2.3.4 --dpor 80;-d 1.2.3.4/32 -p tcp -m tcp --dport 80;OK
-p tcp -m tcp --dest 1.2.3.4;;FAIL
-p tcp --in eth0;;FAIL
-4 --protocol 06 --dport " +80" -s " 1.2.3.4/+8";-s 1.0.0.0/8 -p tcp -m tcp --dport 80;OK
-s 10.1.2.3/0x18 -d 172.16/014 -p tcp;-s 10.1.2.0/24 -d 172.16.0.0/12 -p tcp;OK
-s 0x0a000001 -p tcp;-s 10.0.0.1/32 -p tcp;OK
-p 08;;FAIL
-p tcp --dport HTTP;;FAIL
-p tcp --dport 08;;FAIL
-p tcp -m tcp --tcp-flags "SYN,,ACK" "SYN,";-p tcp -m tcp --tcp-flags SYN,ACK SYN;OK
-p tcp -m tcp --sport 1 -m tcp --dpo 2;-p tcp -m tcp --sport 1 -m tcp --dport 2;OK
-p tcp -s 1.2.3.4,5.6.7.8 ! -d 1.2.3.4;;FAIL
-p tcp ! -s 1.2.3.4,5.6.7.8;;FAIL
:INPUT
-o eth0 -p tcp;;FAIL
:OUTPUT
-i eth0 -p tcp;;FAIL
