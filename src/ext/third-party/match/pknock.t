# xtables-addons 3.23: its libxt_pknock.so under iptables 1.8.9 says so
:INPUT
-p tcp -m pknock --knockports 4002,4001,4004 --time 10 --autoclose 60 --name SSH --strict;=;OK
-p tcp -m pknock --strict --name SSH --time 10 --knockports 4002,4001;-p tcp -m pknock --knockports 4002,4001 --time 10 --name SSH --strict;OK
-p udp -m pknock --knockports 4000 --name FTP --opensecret foo --closesecret bar --autoclose 240;-p udp -m pknock --knockports 4000 --autoclose 240 --name FTP --opensecret --closesecret;OK
-p udp -m pknock --knockports 4000 --name FTP --opensecret --closesecret;=;OK
-p tcp -m pknock --name FTP --checkip;=;OK
-p tcp -m pknock --knockports 4002 --name SSH;;FAIL
-p tcp -m pknock --knockports 4002 --time 0 --name SSH;;FAIL
-p tcp -m pknock --checkip;;FAIL
-p tcp -m pknock --knockports 4002 --time 10 --name SSH --checkip;;FAIL
-p udp -m pknock --knockports 4000 --name FTP --opensecret foo;;FAIL
