:INPUT,FORWARD
-p tcp -m osf --genre Linux;=;OK
-p tcp -m osf ! --genre Linux;=;OK
-p tcp -m osf --log 0x1 --genre Windows --ttl 2;-p tcp -m osf --genre Windows --ttl 2 --log 1;OK
-p tcp -m osf --genre abcdefghijklmnopqrstuvwxyzabcdefgh;-p tcp -m osf --genre abcdefghijklmnopqrstuvwxyzabcde;OK
-m osf --genre Linux;;FAIL
! -p tcp -m osf --genre Linux;;FAIL
-p udp -m osf --genre Linux;;FAIL
-p tcp -m osf;;FAIL
-p tcp -m osf --ttl 1;;FAIL
-p tcp -m osf --genre Linux --ttl 3;;FAIL
-p tcp -m osf --genre Linux --log 3;;FAIL
-p tcp -m osf --genre Linux ! --ttl 1;;FAIL
:OUTPUT
-p tcp -m osf --genre Linux;;FAIL
*mangle
:PREROUTING
-p tcp -m osf --genre Linux;=;OK
:POSTROUTING
-p tcp -m osf --genre Linux;;FAIL
6:PREROUTING
-p tcp -m osf --genre Linux;;FAIL
