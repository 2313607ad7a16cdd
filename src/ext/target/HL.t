6:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
*mangle
-j HL --hl-set 64;=;OK
-j HL --hl-set 0;=;OK
-j HL --hl-set 0x40;-j HL --hl-set 64;OK
-j HL --hl-inc 1;=;OK
-j HL --hl-dec 1;=;OK
-j HL --hl-dec 255;=;OK
-j HL --hl-set 256;;FAIL
-j HL --hl-inc 0;;FAIL
-j HL --hl-dec 0;;FAIL
-j HL --hl-dec 1 --hl-inc 1;;FAIL
-j HL;;FAIL
:PREROUTING
-j HL --hl-set 5;;FAIL
*filter
6:INPUT
-j HL --hl-set 3;;FAIL
