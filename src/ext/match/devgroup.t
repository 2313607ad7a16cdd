:INPUT
-m devgroup --src-group 1;-m devgroup --src-group 0x1;OK
-m devgroup --src-group 0x1/0xff;=;OK
-m devgroup ! --src-group 1/0xffffffff;-m devgroup ! --src-group 0x1;OK
-m devgroup --src-group 0;-m devgroup --src-group default;OK
-m devgroup --dst-group 3;;FAIL
-m devgroup;;FAIL
