# the kernel's h1 is a hash:ip, h6 one of IPv6
:INPUT,FORWARD,OUTPUT
-j SET --add-set h1 src;=;OK
-j SET --add-set h1 dst,src;=;OK
-j SET --add-set h1 src --exist;=;OK
-j SET --add-set h1 src --exist --timeout 60;=;OK
-j SET --timeout 0x10 --exist --add-set h1 src;-j SET --add-set h1 src --exist --timeout 16;OK
-j SET --add-set h1 src --timeout 0;=;OK
-j SET --add-set h1 src --timeout 4294967294;=;OK
-j SET --del-set h1 src,dst,src,dst,src,dst;=;OK
-j SET --del-set h1 dst --add-set h1 src;-j SET --add-set h1 src --del-set h1 dst;OK
-j SET --del-set h1 dst --add-set h1 src --exist;-j SET --add-set h1 src --exist --del-set h1 dst;OK
-j SET;;FAIL
-j SET --add-set h1;;FAIL
-j SET --add-set h1 foo;;FAIL
-j SET --add-set h1 src,;;FAIL
-j SET --add-set ! h1 src;;FAIL
-j SET --add-set 12345678901234567890123456789012 src;;FAIL
-j SET --add-set h1 src,dst,src,src,src,src,src;;FAIL
-j SET --add-set h1 src --add-set h1 src;;FAIL
-j SET --add-set h1 src --timeout 4294967295;;FAIL
-j SET --add-set h1 src --timeout x;;FAIL
-j SET --add-set h1 src --timeout;;FAIL
-j SET --del-set h1 src --exist;;FAIL
-j SET --del-set h1 src --timeout 5;;FAIL
-j SET --add-set h1 src --map-mark;;FAIL
-j SET --map-set h1 src --map-mark;;FAIL
*raw,mangle,nat
:OUTPUT
-j SET --add-set h1 src;=;OK
*mangle
:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
-j SET --map-set h1 src --map-mark;=;OK
-j SET --map-mark --map-set h1 src,dst --del-set h1 dst;-j SET --del-set h1 dst --map-set h1 src,dst --map-mark;OK
-j SET --map-set h1 src;;FAIL
-j SET --map-prio;;FAIL
*mangle
:FORWARD,OUTPUT,POSTROUTING
-j SET --map-set h1 src --map-queue --map-prio --map-mark;-j SET --map-set h1 src --map-mark --map-prio --map-queue;OK
-j SET --map-set h1 src --map-prio;=;OK
*mangle
:PREROUTING,INPUT
-j SET --map-set h1 src --map-prio;;FAIL
-j SET --map-set h1 src --map-mark --map-queue;;FAIL
*filter
6:FORWARD
-j SET --del-set h6 src;=;OK
-j SET --add-set h6 src,dst --exist --timeout 5;=;OK
-j SET --add-set h6 src --map-set h6 src --map-mark;;FAIL
