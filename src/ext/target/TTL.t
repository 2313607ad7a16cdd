:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
*mangle
-j TTL --ttl-set 64;=;OK
-j TTL --ttl-set 0;=;OK
-j TTL --ttl-set 0x40;-j TTL --ttl-set 64;OK
-j TTL --ttl-inc 1;=;OK
-j TTL --ttl-dec 1;=;OK
-j TTL --ttl-dec 255;=;OK
-j TTL --ttl-set 256;;FAIL
-j TTL --ttl-inc 0;;FAIL
-j TTL --ttl-dec 0;;FAIL
-j TTL --ttl-dec 1 --ttl-inc 1;;FAIL
-j TTL;;FAIL
6:PREROUTING
-j TTL --ttl-set 5;;FAIL
*filter
:INPUT
-j TTL --ttl-set 3;;FAIL
