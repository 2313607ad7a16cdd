# no kernel was asked: what iptables does without one
:INPUT,FORWARD,OUTPUT
-j ULOG;=;OK
-j ULOG --ulog-nlgroup 1 --ulog-qthreshold 1 --ulog-cprange 0;-j ULOG;OK
-j ULOG --ulog-nlgroup 32;=;OK
-j ULOG --ulog-prefix x;=;OK
-j ULOG --ulog-qthreshold 50 --ulog-cprange 0x64 --ulog-nlgroup 2 --ulog-prefix "in: ";-j ULOG --ulog-prefix "in: " --ulog-nlgroup 2 --ulog-cprange 100 --ulog-qthreshold 50;OK
-j ULOG --ulog-prefix abcdefghijklmnopqrstuvwxyzabcdefgh;-j ULOG --ulog-prefix abcdefghijklmnopqrstuvwxyzabcde;OK
-j ULOG --ulog-nlgroup 0;;FAIL
-j ULOG --ulog-nlgroup 33;;FAIL
-j ULOG --ulog-prefix "";;FAIL
-j ULOG --ulog-qthreshold 51;;FAIL
-j ULOG --ulog-cprange -1;;FAIL
-j ULOG ! --ulog-nlgroup 3;;FAIL
*raw,mangle,nat
:PREROUTING
-j ULOG --ulog-nlgroup 3;=;OK
6:PREROUTING
-j ULOG;;FAIL
