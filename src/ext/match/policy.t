:INPUT,FORWARD
-m policy --dir in --pol ipsec;=;OK
-m policy --dir in --pol none;=;OK
-m policy --dir in;-m policy --dir in --pol ipsec;OK
-m policy --pol none --dir in;-m policy --dir in --pol none;OK
-m policy --dir in --pol none --reqid 1;-m policy --dir in --pol none;OK
-m policy --dir in --pol ipsec --proto 50;-m policy --dir in --pol ipsec --proto esp;OK
-m policy --dir in --pol ipsec --proto ah;=;OK
-m policy --dir in --pol ipsec --proto ipcomp;=;OK
-m policy --dir in --pol ipsec --reqid 4294967295 --spi 4294967295;-m policy --dir in --pol ipsec --reqid 4294967295 --spi 0xffffffff;OK
-m policy --dir in --pol ipsec --strict ! --reqid 1 ! --spi 0x10 ! --proto esp ! --mode tunnel;=;OK
-m policy --dir in --pol ipsec --mode tunnel --tunnel-src 10.0.0.1 --tunnel-dst 10.1.2.3/255.255.0.0;-m policy --dir in --pol ipsec --mode tunnel --tunnel-dst 10.1.2.3/16 --tunnel-src 10.0.0.1;OK
-m policy --dir in --pol ipsec ! --mode transport ! --tunnel-src 10.0.0.1/0;=;OK
-m policy --dir in --pol ipsec --strict --reqid 1 --next --reqid 0x2 --next --reqid 3 --next --reqid 4;-m policy --dir in --pol ipsec --strict --reqid 1 --next --reqid 2 --next --reqid 3 --next --reqid 4;OK
-m policy --dir in --pol ipsec --reqid 1 --next --spi 1 --reqid 1 --strict;-m policy --dir in --pol ipsec --strict --reqid 1 --next --reqid 1 --spi 0x1;OK
-m policy --dir in --pol ipsec --strict --reqid 1 --spi 0x1 --proto esp --mode tunnel --tunnel-dst 10.0.0.0/8 --tunnel-src 10.0.0.0/8 --next --reqid 2;=;OK
-m policy;;FAIL
-m policy --pol ipsec;;FAIL
-m policy --dir IN --pol ipsec;;FAIL
-m policy --dir in --pol IPSEC;;FAIL
-m policy --dir in ! --pol ipsec;;FAIL
-m policy --dir in --pol ipsec --strict;;FAIL
-m policy --dir in --pol none --strict;;FAIL
-m policy --dir in --dir in --pol ipsec;;FAIL
-m policy --dir in --pol ipsec --reqid 1 --reqid 2;;FAIL
-m policy --dir in --pol ipsec --strict --reqid 1 --next --reqid 2 --spi 1 --spi 2;;FAIL
-m policy --dir in --pol ipsec --next --reqid 1;;FAIL
-m policy --dir in --pol ipsec --strict --next --reqid 1;;FAIL
-m policy --dir in --pol ipsec --strict --reqid 1 --next;;FAIL
-m policy --dir in --pol ipsec --strict --reqid 1 --next --reqid 2 --next --reqid 3 --next --reqid 4 --next --reqid 5;;FAIL
-m policy --dir in --pol ipsec --proto tcp;;FAIL
-m policy --dir in --pol ipsec --mode Tunnel;;FAIL
-m policy --dir in --pol ipsec --spi 4294967296;;FAIL
-m policy --dir in --pol ipsec --tunnel-src 10.0.0.1;;FAIL
-m policy --dir in --pol ipsec --mode transport --tunnel-dst 10.0.0.1;;FAIL
-m policy --dir in --pol ipsec ! --mode tunnel --tunnel-src 10.0.0.1;;FAIL
-m policy --dir in --pol ipsec --mode tunnel --tunnel-src fe80::1;;FAIL
:FORWARD,OUTPUT
-m policy --dir out --pol none;=;OK
:INPUT
-m policy --dir out --pol none;;FAIL
:OUTPUT
-m policy --dir in --pol none;;FAIL
*mangle
:POSTROUTING
-m policy --dir out --pol ipsec --reqid 3;=;OK
-m policy --dir in --pol ipsec;;FAIL
:PREROUTING
-m policy --dir out --pol ipsec;;FAIL
*filter
6:INPUT
-m policy --dir in --pol ipsec --strict --mode tunnel --tunnel-src fe80::1/64 --next --mode tunnel --tunnel-dst ::1;=;OK
-m policy --dir in --pol ipsec --mode tunnel --tunnel-src 10.0.0.1;;FAIL
