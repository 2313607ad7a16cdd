# netfilter-full-cone-nat, libipt_FULLCONENAT.c
*nat
:POSTROUTING,PREROUTING
-j FULLCONENAT;=;OK
-p udp -j FULLCONENAT --to-ports 1024-2048;=;OK
-p udp -j FULLCONENAT --random-fully --random --to-ports 0x400;-p udp -j FULLCONENAT --to-ports 1024 --random --random-fully;OK
-j FULLCONENAT --to-ports 1024;;FAIL
-p udp -j FULLCONENAT --to-ports 5-4;;FAIL
:OUTPUT
-j FULLCONENAT;;FAIL
*filter
:FORWARD
-j FULLCONENAT;;FAIL
