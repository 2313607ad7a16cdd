:INPUT,FORWARD,OUTPUT
-p esp -m esp;=;OK
-p esp -m esp --espspi 1;=;OK
-p esp -m esp ! --espspi 1:5;=;OK
-p 50 --espspi 5;-p esp -m esp --espspi 5;OK
-p esp -m esp --espspi 5:1;=;OK
-p esp -m esp --espspi :5;-p esp -m esp --espspi 0:5;OK
-p esp -m esp --espspi 0xfffffff0:;-p esp -m esp --espspi 4294967280:4294967295;OK
-p esp -m esp ! --espspi :;-p esp -m esp;OK
-m esp --espspi 1;;FAIL
! -p esp -m esp --espspi 1;;FAIL
-p ah -m esp;;FAIL
-p esp -m esp --espspi 4294967296;;FAIL
-p esp -m esp --espspi 1:2:3;;FAIL
-p esp -m esp --espspi 1 --espspi 2;;FAIL
6:INPUT
-p esp -m esp ! --espspi 1:5;=;OK
-m esp --espspi 1;;FAIL
