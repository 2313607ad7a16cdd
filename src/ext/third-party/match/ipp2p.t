# xtables-addons 3.23: its libxt_ipp2p.so under iptables 1.8.9 says so
:FORWARD
-m ipp2p --edk;=;OK
-p tcp -m ipp2p --bit --edk;-p tcp -m ipp2p --edk --bit;OK
-m ipp2p --xdcc --waste --mute --ares --winmx --soul --apple --bit --kazaa --gnu --dc --edk --debug;-m ipp2p --edk --dc --gnu --kazaa --bit --apple --soul --winmx --ares --mute --waste --xdcc --debug;OK
# before xtables-addons, libipt_ipp2p.c
-m ipp2p --debug --ipp2p;-m ipp2p --ipp2p --debug;OK
-m ipp2p;;FAIL
-m ipp2p ! --edk;;FAIL
6:FORWARD
-m ipp2p --edk;=;OK
