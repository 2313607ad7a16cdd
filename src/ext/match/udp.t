:INPUT,FORWARD,OUTPUT
-p udp -m udp;=;OK
-p udp -m udp --sport 1;=;OK
-p udp -m udp --dport 53;=;OK
-p udp -m udp --dport domain;-p udp -m udp --dport 53;OK
-p udp -m udp --source-port 1024:;-p udp -m udp --sport 1024:65535;OK
-p udp -m udp --sport 1:2 --dport 3:4;=;OK
-p udp -m udp ! --sport 1;=;OK
-p udp -m udp --sport ! 1;-p udp -m udp ! --sport 1;OK
-p udp -m udp --dport 65536;;FAIL
-p udp -m udp --dport 3:2;=;OK
-p udp -m udp --sport :;-p udp -m udp;OK
-p udp -m udp ! --dport 0:65535 --sport 1;-p udp -m udp --sport 1;OK
-p udp -m udp --dport 1:2:3;;FAIL
-p tcp -m udp --dport 3;;FAIL
! -p udp -m udp --dport 3;;FAIL
-m udp --dport 3;;FAIL
# getaddrinfo reads these, in decimal alone
-p udp -m udp --sport 010 --dport +080;-p udp -m udp --sport 10 --dport 80;OK
-p udp -m udp --dport 0x50;;FAIL
