:INPUT,FORWARD,OUTPUT
-p dccp -m dccp;=;OK
-p dccp -m dccp --sport 1:5 ! --dport 80;=;OK
-p dccp -m dccp ! --sport 0:65535;=;OK
-p dccp -m dccp --sport 5:1 --dport 5:;-p dccp -m dccp --sport 5:1 --dport 5:65535;OK
-p dccp -m dccp --source-port :5 --destination-port http;-p dccp -m dccp --sport 0:5 --dport 80;OK
-p dccp -m dccp --sport 010;-p dccp -m dccp --sport 10;OK
-p dccp --dport 5;-p dccp -m dccp --dport 5;OK
-p dccp -m dccp --dccp-types RESET;=;OK
-p dccp -m dccp --dccp-types INVALID;=;OK
-p dccp -m dccp ! --dccp-types RESPONSE,DATA;=;OK
-p dccp -m dccp --dccp-types invalid,SyncAck,SYNC,RESET,CLOSE,CLOSEREQ,DATAACK,ACK,DATA,RESPONSE,REQUEST;-p dccp -m dccp --dccp-types REQUEST,RESPONSE,DATA,ACK,DATAACK,CLOSEREQ,CLOSE,RESET,SYNC,SYNCACK,INVALID;OK
-p dccp -m dccp --dccp-types ,ACK,,ACK,;-p dccp -m dccp --dccp-types ACK;OK
-p dccp -m dccp --dccp-option 255;=;OK
-p dccp -m dccp ! --dccp-option 0x10;-p dccp -m dccp ! --dccp-option 16;OK
-p dccp -m dccp --dccp-option 4 --dccp-types DATA --dport 6 ! --sport 5;-p dccp -m dccp ! --sport 5 --dport 6 --dccp-types DATA --dccp-option 4;OK
-m dccp --sport 5;;FAIL
! -p dccp -m dccp;;FAIL
-p tcp -m dccp --sport 5;;FAIL
-p dccp -m dccp --sport 0x10;;FAIL
-p dccp -m dccp --sport 1:2:3;;FAIL
-p dccp -m dccp --dccp-types RES;;FAIL
-p dccp -m dccp --dccp-types 1;;FAIL
-p dccp -m dccp --dccp-types;;FAIL
-p dccp -m dccp --dccp-option 0;;FAIL
-p dccp -m dccp --dccp-option 256;;FAIL
-p dccp -m dccp --dccp-option 5 --dccp-option 6;;FAIL
6:INPUT
-p dccp -m dccp ! --dport 80 --dccp-types DATA,ACK;=;OK
