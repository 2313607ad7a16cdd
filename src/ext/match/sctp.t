:INPUT,FORWARD,OUTPUT
-p sctp -m sctp;=;OK
-p sctp -m sctp --sport 1:5 ! --dport 80;=;OK
-p sctp -m sctp ! --sport 0:65535;=;OK
-p tcp -m sctp --sport 1;;FAIL
