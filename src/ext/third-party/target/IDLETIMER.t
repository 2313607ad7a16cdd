# Android's libxt_IDLETIMER.c
:PREROUTING
*raw
-j IDLETIMER --timeout 15 --label 1 --send_nl_msg 1;=;OK
-j IDLETIMER --send_nl_msg 0x0 --timeout 15 --label 1;-j IDLETIMER --timeout 15 --label 1 --send_nl_msg 0;OK
-j IDLETIMER --timeout 15 --label 1 --send_nl_msg 256;;FAIL
-j IDLETIMER --timeout 15 --label 1 --send_nl_msg;;FAIL
6:POSTROUTING
*mangle
-j IDLETIMER --timeout 15 --label 1 --send_nl_msg 1;=;OK
