# xtables-addons 3.23: its libxt_dhcpmac.so takes them, and forgets a prefix, which is read here as it was meant
:FORWARD
-p udp -m dhcpmac --mac AB:CD:56:00:01:02/48;=;OK
-p udp -m dhcpmac --mac ab:cd:56:0:1:2;-p udp -m dhcpmac --mac AB:CD:56:00:01:02/48;OK
-p udp -m dhcpmac --mac 00:50:56:00:00:00/24;=;OK
-p udp -m dhcpmac --mac 00:50:56:00:00;;FAIL
-p udp -m dhcpmac --mac 00:50:56:00:00:00/49;;FAIL
-p udp -m dhcpmac ! --mac 00:50:56:00:00:00;;FAIL
-m dhcpmac --mac 00:50:56:00:00:00;;FAIL
-p udp -m dhcpmac;;FAIL
