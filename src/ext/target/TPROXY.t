:PREROUTING
*mangle
-p tcp -j TPROXY --on-port 3128;-p tcp -j TPROXY --on-port 3128 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0;OK
-p tcp -j TPROXY --on-port 0 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0;=;OK
-p udp -j TPROXY --on-port http --on-ip 10.1;-p udp -j TPROXY --on-port 80 --on-ip 10.0.0.1 --tproxy-mark 0x0/0x0;OK
-p tcp -j TPROXY --tproxy-mark 1 --on-port 080;-p tcp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 0x1/0xffffffff;OK
-p udp -j TPROXY --on-port 12345 --on-ip 10.0.0.1 --tproxy-mark 0x23/0xff;=;OK
-p tcp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 5/3;-p tcp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 0x5/0x3;OK
-p tcp -j TPROXY;;FAIL
-p tcp -j TPROXY --on-ip 10.0.0.1;;FAIL
-p tcp -j TPROXY --on-port 80 --on-ip 10.0.0.1/24;;FAIL
-p tcp -j TPROXY --on-port 80 --on-ip fe80::1;;FAIL
-p tcp -j TPROXY --on-port 0x50;;FAIL
-p tcp -j TPROXY --on-port 80 --tproxy-mark 0x100000000;;FAIL
-p tcp -j TPROXY ! --on-port 80;;FAIL
-j TPROXY --on-port 80;;FAIL
! -p tcp -j TPROXY --on-port 80;;FAIL
-p icmp -j TPROXY --on-port 80;;FAIL
:INPUT,OUTPUT
-p tcp -j TPROXY --on-port 80;;FAIL
*raw,nat
:PREROUTING
-p tcp -j TPROXY --on-port 80;;FAIL
*filter
:INPUT
-p tcp -j TPROXY --on-port 80;;FAIL
*mangle
6:PREROUTING
-p tcp -j TPROXY --on-port 80;-p tcp -j TPROXY --on-port 80 --on-ip :: --tproxy-mark 0x0/0x0;OK
-p udp -j TPROXY --on-port 80 --on-ip fe80::1 --tproxy-mark 0x1/0x1;=;OK
-p tcp -j TPROXY --on-port 80 --on-ip 10.0.0.1;;FAIL
-p tcp -j TPROXY --on-port 80 --on-ip ::1/128;;FAIL
