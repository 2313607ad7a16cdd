# netfilter's patch-o-matic, extensions/libipt_NETLINK.c of iptables before 1.4
:INPUT
-j NETLINK;=;OK
-j NETLINK --nldrop;=;OK
-j NETLINK --nlsize 0x10 --nlmark 5;-j NETLINK --nlmark 5 --nlsize 16;OK
-j NETLINK --nlsize 0;;FAIL
