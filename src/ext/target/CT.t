:PREROUTING,OUTPUT
*raw
-j CT;=;OK
-j CT --notrack;=;OK
-j CT --notrack --zone 1;=;OK
-j CT --notrack --helper ftp;=;OK
-j CT --zone 1 --notrack --ctevents new;-j CT --notrack --ctevents new --zone 1;OK
-j CT --zone 0;-j CT;OK
-j CT --zone 1;=;OK
-j CT --zone 0x10;-j CT --zone 16;OK
-j CT --zone 65535;=;OK
-j CT --zone mark;=;OK
-j CT --zone-orig 0;-j CT;OK
-j CT --zone-orig 1;=;OK
-j CT --zone-reply mark;=;OK
-j CT --zone-orig 1 --zone-reply 2;-j CT --zone 2;OK
-j CT --zone-reply 2 --zone-orig 1;-j CT --zone 1;OK
-j CT --zone 1 --zone-reply 2;-j CT --zone-reply 2;OK
-j CT --zone 1 --zone-orig 1;-j CT --zone-orig 1;OK
-j CT --zone mark --zone-reply 2;-j CT --zone-reply mark;OK
-j CT --zone-reply 2 --zone-orig mark;-j CT --zone mark;OK
-j CT --zone mark --zone-orig 0;-j CT --zone-orig mark;OK
-p tcp -j CT --helper ftp;=;OK
-p udp -j CT --helper tftp;=;OK
-j CT --ctevents new,destroy;=;OK
-j CT --ctevents destroy,new,related,reply,assured,protoinfo,helper,mark,natseqinfo,secmark;-j CT --ctevents new,related,destroy,reply,assured,protoinfo,helper,mark,natseqinfo,secmark;OK
-j CT --expevents new;=;OK
-p tcp -j CT --ctevents new --expevents new --zone 3 --helper ftp;-p tcp -j CT --helper ftp --ctevents new --expevents new --zone 3;OK
-j CT --zone 65536;;FAIL
-j CT --helper ftp;;FAIL
! -p tcp -j CT --helper ftp;;FAIL
-p tcp -j CT --helper 1234567890123456;;FAIL
-j CT --ctevents DESTROY;;FAIL
-j CT --ctevents new,;;FAIL
-j CT --ctevents "";;FAIL
-j CT --ctevents new --ctevents related;;FAIL
-j CT --expevents destroy;;FAIL
-j CT --timeout pol;;FAIL
*mangle,filter
-j CT --notrack;;FAIL
