# libipt_webstr.c of routers by CyberTAN, which DD-WRT and others have
:FORWARD
-p tcp -m webstr --host example.com;=;OK
-p tcp -m webstr ! --url ".exe";-p tcp -m webstr ! --url .exe;OK
-p tcp -m webstr --content "a b";=;OK
-m webstr;;FAIL
-m webstr --host a --url b;;FAIL
