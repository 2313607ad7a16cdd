:INPUT,FORWARD,OUTPUT
-p ah -m ah;=;OK
-p ah -m ah --ahspi 1;=;OK
-p ah -m ah ! --ahspi 1:5;=;OK
-p 51 --ahspi 5;-p ah -m ah --ahspi 5;OK
-p ah -m ah --ahspi 5:1;=;OK
-p ah -m ah --ahspi :5;-p ah -m ah --ahspi 0:5;OK
-p ah -m ah --ahspi 5:;-p ah -m ah --ahspi 5:4294967295;OK
-p ah -m ah --ahspi 0x10:0x20;-p ah -m ah --ahspi 16:32;OK
-p ah -m ah --ahspi 010;-p ah -m ah --ahspi 8;OK
-p ah -m ah --ahspi :;-p ah -m ah;OK
-p ah -m ah ! --ahspi 0:4294967295;-p ah -m ah;OK
-m ah --ahspi 1;;FAIL
-p tcp -m ah;;FAIL
! -p ah -m ah --ahspi 1;;FAIL
-p ah -m ah --ahspi 4294967296;;FAIL
-p ah -m ah --ahspi 1:2:3;;FAIL
-p ah -m ah --ahspi a;;FAIL
-p ah -m ah --ahspi;;FAIL
-p ah -m ah --ahspi 1 --ahspi 2;;FAIL
-p ah -m ah --ahlen 5;;FAIL
6:INPUT,FORWARD,OUTPUT
-m ah;=;OK
-p tcp -m ah --ahspi 1;=;OK
! -p ah -m ah ! --ahspi 1:5;=;OK
-p ah --ahres;-p ah -m ah --ahres;OK
-m ah --ahres --ahlen 12 ! --ahspi 3;-m ah ! --ahspi 3 --ahlen 12 --ahres;OK
-m ah ! --ahlen 5;=;OK
-m ah --ahlen 0x10;-m ah --ahlen 16;OK
-m ah --ahlen 4294967295;=;OK
-m ah --ahlen 0;-m ah;OK
-m ah ! --ahlen 0;=;OK
-m ah ! --ahspi 0:4294967295 --ahlen 5;-m ah --ahlen 5;OK
-m ah ! --ahres;;FAIL
-m ah --ahlen 4294967296;;FAIL
-m ah --ahlen 1:2;;FAIL
