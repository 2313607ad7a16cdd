:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
*mangle
-j DSCP --set-dscp 0;-j DSCP --set-dscp 0x00;OK
-j DSCP --set-dscp 0x3f;=;OK
-j DSCP --set-dscp 010;-j DSCP --set-dscp 0x08;OK
-j DSCP --set-dscp-class EF;-j DSCP --set-dscp 0x2e;OK
-j DSCP --set-dscp-class cs1;-j DSCP --set-dscp 0x08;OK
-j DSCP --set-dscp-class AF43;-j DSCP --set-dscp 0x26;OK
-j DSCP --set-dscp-class be;-j DSCP --set-dscp 0x00;OK
-j DSCP --set-dscp 64;;FAIL
-j DSCP --set-dscp-class AF44;;FAIL
-j DSCP --set-dscp-class be --set-dscp 3;;FAIL
-j DSCP;;FAIL
*filter
-j DSCP --set-dscp 0;;FAIL
