:INPUT,FORWARD,OUTPUT
-j TEE --gateway 10.0.0.1;=;OK
-j TEE --gateway 10.0.0.1 --oif eth0;=;OK
-j TEE --oif eth0.12 --gateway 10.0.0.1;-j TEE --gateway 10.0.0.1 --oif eth0.12;OK
-j TEE --gateway 10.1;-j TEE --gateway 10.0.0.1;OK
-j TEE --gateway 10.0.0.1 --oif abcdefghijklmnopqrst;-j TEE --gateway 10.0.0.1 --oif abcdefghijklmno;OK
-j TEE --gateway 10.0.0.1 --oif "";-j TEE --gateway 10.0.0.1;OK
-j TEE;;FAIL
-j TEE --oif eth0;;FAIL
-j TEE --gateway 0.0.0.0;;FAIL
-j TEE --gateway fe80::1;;FAIL
-j TEE --gateway 10.0.0.1/24;;FAIL
-j TEE ! --gateway 10.0.0.1;;FAIL
*raw,mangle,nat
:OUTPUT
-j TEE --gateway 10.0.0.1;=;OK
*filter
6:INPUT
-j TEE --gateway fe80::1 --oif eth0;=;OK
-j TEE --gateway ::1;=;OK
-j TEE --gateway ::;;FAIL
-j TEE --gateway 10.0.0.1;;FAIL
