# xtables-addons 3.23: its libxt_psd.so under iptables 1.8.9 says so
:INPUT
-m psd;-m psd --psd-weight-threshold 21 --psd-delay-threshold 300 --psd-lo-ports-weight 3 --psd-hi-ports-weight 1;OK
-m psd --psd-weight-threshold 5 --psd-delay-threshold 300 --psd-lo-ports-weight 3 --psd-hi-ports-weight 3;=;OK
-m psd --psd-hi-ports-weight 2 --psd-weight-threshold 0;-m psd --psd-weight-threshold 0 --psd-delay-threshold 300 --psd-lo-ports-weight 3 --psd-hi-ports-weight 2;OK
-m psd --psd-weight-threshold 10001;;FAIL
-m psd --psd-delay-threshold 10001;;FAIL
