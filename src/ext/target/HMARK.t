*mangle
:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
-j HMARK --hmark-tuple src,dst,sport,dport,proto --hmark-mod 3 --hmark-rnd 5;-j HMARK --hmark-src-prefix 32 --hmark-dst-prefix 32 --hmark-sport-mask 0xffff --hmark-dport-mask 0xffff --hmark-proto-mask 0xffff --hmark-rnd 0x00000005 --hmark-mod 3;OK
-j HMARK --hmark-src-prefix 24 --hmark-dst-prefix 0 --hmark-rnd 0x00000003 --hmark-mod 4 --hmark-offset 100;=;OK
:PREROUTING
-j HMARK --hmark-tuple spi --hmark-mod 3 --hmark-rnd 0xffffffff;-j HMARK --hmark-spi-mask 0xffffffff --hmark-rnd 0xffffffff --hmark-mod 3;OK
-j HMARK --hmark-tuple ct --hmark-mod 4294967295 --hmark-rnd 1;-j HMARK --hmark-rnd 0x00000001 --hmark-mod 4294967295 --hmark-tuple ct;OK
-j HMARK --hmark-tuple ct,src,dst,proto --hmark-mod 3 --hmark-rnd 5 --hmark-offset 0x20;-j HMARK --hmark-src-prefix 32 --hmark-dst-prefix 32 --hmark-proto-mask 0xffff --hmark-rnd 0x00000005 --hmark-mod 3 --hmark-offset 32 --hmark-tuple ct;OK
-j HMARK --hmark-tuple s,D,sp,P --hmark-mod 3 --hmark-rnd 5;-j HMARK --hmark-src-prefix 32 --hmark-dst-prefix 32 --hmark-sport-mask 0xffff --hmark-proto-mask 0xffff --hmark-rnd 0x00000005 --hmark-mod 3;OK
-j HMARK --hmark-src-prefix 255.255.255.0 --hmark-dst-prefix 255.0.255.0 --hmark-mod 4 --hmark-rnd 3;-j HMARK --hmark-src-prefix 24 --hmark-dst-prefix 32 --hmark-rnd 0x00000003 --hmark-mod 4;OK
-j HMARK --hmark-sport-mask 0xff00 --hmark-dport-mask 0xff --hmark-sport 7 --hmark-dport 0x8000 --hmark-mod 4 --hmark-rnd 3;-j HMARK --hmark-sport-mask 0xff00 --hmark-dport-mask 0x00ff --hmark-sport 0x0007 --hmark-dport 0x8000 --hmark-rnd 0x00000003 --hmark-mod 4;OK
-j HMARK --hmark-spi-mask 0xff00ff --hmark-spi 0x12 --hmark-mod 4 --hmark-rnd 3;-j HMARK --hmark-spi-mask 0x00ff00ff --hmark-spi 0x00000012 --hmark-rnd 0x00000003 --hmark-mod 4;OK
-j HMARK --hmark-spi-mask 0x12 --hmark-sport 3 --hmark-mod 4 --hmark-rnd 3;-j HMARK --hmark-spi-mask 0x00000012 --hmark-sport 0x0003 --hmark-rnd 0x00000003 --hmark-mod 4;OK
-j HMARK --hmark-spi 0x12 --hmark-sport-mask 3 --hmark-mod 4 --hmark-rnd 3;-j HMARK --hmark-sport-mask 0x0003 --hmark-spi 0x00000012 --hmark-rnd 0x00000003 --hmark-mod 4;OK
-j HMARK --hmark-proto-mask 0x1ff --hmark-rnd 3 --hmark-mod 4 --hmark-offset 4294967295;-j HMARK --hmark-proto-mask 0x1ff --hmark-rnd 0x00000003 --hmark-mod 4 --hmark-offset 4294967295;OK
-j HMARK --hmark-src-prefix 24 --hmark-sport-mask 0xf --hmark-tuple sport,src --hmark-mod 4 --hmark-rnd 3;-j HMARK --hmark-src-prefix 32 --hmark-sport-mask 0xffff --hmark-rnd 0x00000003 --hmark-mod 4;OK
-j HMARK --hmark-tuple src --hmark-mod 3;;FAIL
-j HMARK --hmark-tuple src --hmark-rnd 3;;FAIL
-j HMARK --hmark-mod 3 --hmark-rnd 3 --hmark-offset 3;;FAIL
-j HMARK --hmark-tuple src --hmark-rnd 3 --hmark-mod 0;;FAIL
-j HMARK --hmark-tuple src,,dst --hmark-rnd 3 --hmark-mod 4;;FAIL
-j HMARK --hmark-tuple src, --hmark-rnd 3 --hmark-mod 4;;FAIL
-j HMARK --hmark-tuple foo --hmark-rnd 3 --hmark-mod 4;;FAIL
-j HMARK --hmark-tuple src --hmark-src-prefix 24 --hmark-rnd 3 --hmark-mod 4;;FAIL
-j HMARK --hmark-tuple sport,spi --hmark-rnd 3 --hmark-mod 4;;FAIL
-j HMARK --hmark-spi-mask 0x12 --hmark-dport-mask 3 --hmark-rnd 3 --hmark-mod 4;;FAIL
-j HMARK --hmark-spi 0x12 --hmark-sport 3 --hmark-rnd 3 --hmark-mod 4;;FAIL
-j HMARK --hmark-src-prefix /24 --hmark-rnd 3 --hmark-mod 4;;FAIL
-j HMARK --hmark-sport 65536 --hmark-rnd 3 --hmark-mod 4;;FAIL
-j HMARK ! --hmark-sport 6 --hmark-rnd 3 --hmark-mod 4;;FAIL
*raw,filter,nat
:OUTPUT
-j HMARK --hmark-src-prefix 24 --hmark-rnd 0x00000003 --hmark-mod 4;=;OK
*filter
6:INPUT
-j HMARK --hmark-tuple src,dport --hmark-mod 3 --hmark-rnd 5;-j HMARK --hmark-src-prefix 128 --hmark-dport-mask 0xffff --hmark-rnd 0x00000005 --hmark-mod 3;OK
-j HMARK --hmark-src-prefix 64 --hmark-dst-prefix ffff:: --hmark-mod 4 --hmark-rnd 3;-j HMARK --hmark-src-prefix 64 --hmark-dst-prefix 16 --hmark-rnd 0x00000003 --hmark-mod 4;OK
-j HMARK --hmark-src-prefix 129 --hmark-mod 4 --hmark-rnd 3;;FAIL
