:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
*mangle
-j TOS --set-tos 0x1f/0x1f;=;OK
-j TOS --set-tos 0x1f;-j TOS --set-tos 0x1f/0xff;OK
-j TOS --set-tos 010;-j TOS --set-tos 0x08/0xff;OK
-j TOS --set-tos 0xff/0x0;-j TOS --set-tos 0xff/0x00;OK
-j TOS --set-tos Minimize-Delay;-j TOS --set-tos 0x10/0x3f;OK
-j TOS --set-tos maximize-throughput;-j TOS --set-tos 0x08/0x3f;OK
-j TOS --set-tos Normal-Service;-j TOS --set-tos 0x00/0x3f;OK
-j TOS --and-tos 0x12;-j TOS --set-tos 0x00/0xed;OK
-j TOS --or-tos 0x12;-j TOS --set-tos 0x12/0x12;OK
-j TOS --xor-tos 0x12;-j TOS --set-tos 0x12/0x00;OK
-j TOS --set-tos 0x100;;FAIL
-j TOS --set-tos 1/0x100;;FAIL
-j TOS --set-tos normal;;FAIL
-j TOS --set-tos minimize-delay/0xff;;FAIL
-j TOS --xor-tos 0x12 --or-tos 3;;FAIL
-j TOS --xor-tos 0x100;;FAIL
-j TOS;;FAIL
*filter
-j TOS --set-tos 0x1f;;FAIL
