# xtables-addons 3.23: its libxt_DHCPMAC.so takes them, and forgets a prefix, which is read here as it was meant
*mangle
:FORWARD
-p udp -j DHCPMAC --set-mac AB:CD:EF:00:00:00/24;=;OK
-p udp -j DHCPMAC --set-mac ab:cd:ef:0:0:0;-p udp -j DHCPMAC --set-mac AB:CD:EF:00:00:00/48;OK
-p udp -j DHCPMAC;;FAIL
-j DHCPMAC --set-mac ab:cd:ef:0:0:0;;FAIL
*filter
-p udp -j DHCPMAC --set-mac ab:cd:ef:0:0:0;;FAIL
