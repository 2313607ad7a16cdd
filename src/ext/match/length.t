:INPUT,FORWARD,OUTPUT
-m length --length 1;=;OK
-m length --length :5;-m length --length 0:5;OK
-m length --length 5:;-m length --length 5:65535;OK
-m length --length :;-m length --length 0:65535;OK
-m length ! --length 5:6;=;OK
-m length --length 5:5;-m length --length 5;OK
-m length --length 6:5;=;OK
-m length --length 65536;;FAIL
-m length;;FAIL
