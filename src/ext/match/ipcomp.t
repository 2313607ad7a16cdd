:INPUT,FORWARD,OUTPUT
-p ipcomp -m ipcomp;-p ipcomp -m ipcomp --ipcompspi 0;OK
-p ipcomp -m ipcomp --ipcompspi 18;=;OK
-p ipcomp -m ipcomp ! --ipcompspi 1:5;=;OK
-p 108 --ipcompspi 5;-p ipcomp -m ipcomp --ipcompspi 5;OK
-p ipcomp -m ipcomp --ipcompspi 5:1 --compres;=;OK
-p ipcomp -m ipcomp --ipcompspi 0x10:;-p ipcomp -m ipcomp --ipcompspi 16:4294967295;OK
-p ipcomp -m ipcomp ! --compres;;FAIL
-m ipcomp --ipcompspi 1;;FAIL
-p esp -m ipcomp;;FAIL
! -p ipcomp -m ipcomp;;FAIL
-p ipcomp -m ipcomp --ipcompspi 4294967296;;FAIL
-p ipcomp -m ipcomp --ipcompspi 1:2:3;;FAIL
6:INPUT,FORWARD,OUTPUT
-p ipcomp -m ipcomp ! --ipcompspi 18;=;OK
