# libipt_TRIGGER.c of routers by CyberTAN, which DD-WRT and others have
:FORWARD
-p tcp -j TRIGGER --trigger-type out --trigger-proto tcp --trigger-match 5-5 --trigger-relate 6-7;=;OK
-p tcp -j TRIGGER --trigger-relate 6-7 --trigger-match 5 --trigger-proto UDP;-p tcp -j TRIGGER --trigger-proto udp --trigger-match 5-5 --trigger-relate 6-7;OK
-j TRIGGER --trigger-type in;=;OK
-j TRIGGER --trigger-type x;;FAIL
-j TRIGGER --trigger-match 7-5;;FAIL
