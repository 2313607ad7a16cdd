# l7-filter, extensions/libipt_layer7.c: a directory is read from and forgotten
:FORWARD
-m layer7 --l7proto ssh;=;OK
-m layer7 --l7dir /etc/l7-protocols --l7proto bittorrent;-m layer7 --l7proto bittorrent;OK
-m layer7 --l7proto ! ssh;-m layer7 ! --l7proto ssh;OK
-m layer7 --l7dir /etc/l7-protocols;;FAIL
