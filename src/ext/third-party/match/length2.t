# xtables-addons, extensions/libxt_length2.c: length_mt_parse, length_mt_check, length_mt_save
:INPUT
-m length2 --layer3 --length 4:9;=;OK
-m length2 --length 4;-m length2 --layer3 --length 4;OK
-m length2 ! --length 0x10:0x20 --layer4;-m length2 --layer4 ! --length 16:32;OK
-m length2 --layer5 --length 100;=;OK
-m length2 --layer7 ! --length 100;=;OK
-m length2 --layer3 --length 9:4;=;OK
-m length2 --layer3;;FAIL
-m length2 --layer3 --layer4 --length 4;;FAIL
-m length2 --length x;;FAIL
-m length2 --length 4:5:6;;FAIL
6:INPUT
-m length2 --layer3 --length 100:200;=;OK
-m length2 --layer4 --length 100;=;OK
