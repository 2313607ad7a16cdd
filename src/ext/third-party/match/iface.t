# xtables-addons, extensions/libxt_iface.c (1.41): iface_mt_parse, iface_mt_check, iface_mt_save
:INPUT,FORWARD
-m iface --iface eth0 --up;=;OK
-m iface --dev-in ! --up --broadcast;=;OK
-m iface --dev-out --running --multicast --dormant;=;OK
-m iface --dormant --up --dev-out;-m iface --dev-out --up --dormant;OK
-m iface --iface eth0 --down;-m iface --iface eth0 ! --up;OK
-m iface --iface eth0 ! --down ! --arp;-m iface --iface eth0 --up --noarp;OK
-m iface --iface ppp0 --pointtopoint --lower-up;-m iface --iface ppp0 --pointopoint --lower_up;OK
-m iface --up;;FAIL
-m iface --iface eth0;;FAIL
-m iface --iface eth+ --up;;FAIL
-m iface --iface eth0 --up --down;;FAIL
-m iface --dev-in --dev-out --up;;FAIL
6:INPUT
-m iface --iface eth0 ! --promisc;=;OK
