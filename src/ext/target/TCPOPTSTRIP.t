:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
*mangle
-p tcp -j TCPOPTSTRIP --strip-options 2;=;OK
-p tcp -j TCPOPTSTRIP --strip-options 255,4,3;-p tcp -j TCPOPTSTRIP --strip-options 3,4,255;OK
-p tcp -j TCPOPTSTRIP --strip-options wscale,mss,sack-permitted,sack,timestamp,md5;-p tcp -j TCPOPTSTRIP --strip-options 2,3,4,5,8,19;OK
-p tcp -j TCPOPTSTRIP --strip-options 0x8,sack;-p tcp -j TCPOPTSTRIP --strip-options 5,8;OK
-p tcp -j TCPOPTSTRIP --strip-options 010;-p tcp -j TCPOPTSTRIP --strip-options 8;OK
-p tcp -j TCPOPTSTRIP;=;OK
-p tcp -j TCPOPTSTRIP --strip-options 0;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options 1;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options 256;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options 2,mss;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options 5,5;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options MSS;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options ,2;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options 2,;;FAIL
-p tcp -j TCPOPTSTRIP ! --strip-options 2;;FAIL
-p tcp -j TCPOPTSTRIP --strip-options 2 --strip-options 3;;FAIL
-j TCPOPTSTRIP --strip-options 2;;FAIL
-p udp -j TCPOPTSTRIP --strip-options 2;;FAIL
6:POSTROUTING
-p tcp -j TCPOPTSTRIP --strip-options mss,255;-p tcp -j TCPOPTSTRIP --strip-options 2,255;OK
-j TCPOPTSTRIP --strip-options 2;;FAIL
*filter
-p tcp -j TCPOPTSTRIP --strip-options 2;;FAIL
