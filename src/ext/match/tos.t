:INPUT,FORWARD,OUTPUT
-m tos --tos 0x10;-m tos --tos 0x10/0xff;OK
-m tos --tos 0x10/0x3f;=;OK
-m tos ! --tos 0x10/0xff;=;OK
-m tos --tos Minimize-Delay;-m tos --tos 0x10/0x3f;OK
-m tos --tos normal-service;-m tos --tos 0x00/0x3f;OK
-m tos --tos 0x1/0x0;-m tos --tos 0x01/0x00;OK
-m tos --tos 256;;FAIL
-m tos;;FAIL
