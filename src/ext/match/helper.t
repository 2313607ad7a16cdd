:INPUT,FORWARD,OUTPUT
-m helper --helper ftp;=;OK
-m helper ! --helper ftp-2121;=;OK
-m helper --helper "";=;OK
-m helper ! --helper "";=;OK
-m helper --helper "a b";=;OK
-m helper --helper a.b;-m helper --helper "a.b";OK
-m helper --helper 123456789012345678901234567890;-m helper --helper 12345678901234567890123456789;OK
-m helper --helpe FTP;-m helper --helper FTP;OK
-m helper;;FAIL
-m helper --helper;;FAIL
-m helper --helper ftp --helper tftp;;FAIL
6:INPUT,FORWARD,OUTPUT
-m helper ! --helper sip;=;OK
