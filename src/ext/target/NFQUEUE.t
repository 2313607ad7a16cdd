:INPUT,FORWARD,OUTPUT
-j NFQUEUE;-j NFQUEUE --queue-num 0;OK
-j NFQUEUE --queue-num 0;=;OK
-j NFQUEUE --queue-num 65535;=;OK
-j NFQUEUE --queue-num 0x10;-j NFQUEUE --queue-num 16;OK
-j NFQUEUE --queue-bypass;-j NFQUEUE --queue-num 0 --queue-bypass;OK
-j NFQUEUE --queue-balance 0:3;=;OK
-j NFQUEUE --queue-balance 0:65534;=;OK
-j NFQUEUE --queue-balance 1:65535;=;OK
-j NFQUEUE --queue-balance :3;-j NFQUEUE --queue-balance 0:3;OK
-j NFQUEUE --queue-balance 3:;-j NFQUEUE --queue-balance 3:65535;OK
-j NFQUEUE --queue-cpu-fanout --queue-bypass --queue-balance 0x1:2;-j NFQUEUE --queue-balance 1:2 --queue-bypass --queue-cpu-fanout;OK
-j NFQUEUE --queue-num 65536;;FAIL
-j NFQUEUE --queue-num -1;;FAIL
-j NFQUEUE --queue-num 1:2;;FAIL
-j NFQUEUE --queue-balance 3;;FAIL
-j NFQUEUE --queue-balance 3:3;;FAIL
-j NFQUEUE --queue-balance 3:1;;FAIL
-j NFQUEUE --queue-balance 0:65535;;FAIL
-j NFQUEUE --queue-balance 1:2:3;;FAIL
-j NFQUEUE --queue-num 1 --queue-balance 0:3;;FAIL
-j NFQUEUE --queue-cpu-fanout;;FAIL
-j NFQUEUE --queue-num 4 --queue-cpu-fanout;;FAIL
-j NFQUEUE ! --queue-num 3;;FAIL
*raw,mangle,nat
:OUTPUT
-j NFQUEUE --queue-num 3;=;OK
*filter
6:FORWARD
-j NFQUEUE;-j NFQUEUE --queue-num 0;OK
-j NFQUEUE --queue-balance 1:2 --queue-bypass;=;OK
-j NFQUEUE --queue-balance 2:1;;FAIL
