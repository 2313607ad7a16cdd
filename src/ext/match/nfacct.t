# iptables prints two blanks before a name
:INPUT,FORWARD,OUTPUT
-m nfacct --nfacct-name a1;-m nfacct --nfacct-name  a1;OK
-m nfacct --nfacct-name  a1;=;OK
-m nfacct --nfacct-name "a b";-m nfacct --nfacct-name  "a b";OK
-m nfacct --nfacct-name 0123456789012345678901234567890123456789;-m nfacct --nfacct-name  0123456789012345678901234567890;OK
-m nfacct ! --nfacct-name a1;;FAIL
-m nfacct --nfacct-name "";;FAIL
-m nfacct;;FAIL
6:INPUT
-m nfacct --nfacct-name  a1;=;OK
