:INPUT,FORWARD,OUTPUT
-m ttl --ttl 5;-m ttl --ttl-eq 5;OK
-m ttl ! --ttl-eq 5;=;OK
-m ttl --ttl-lt 5;=;OK
-m ttl --ttl-gt 0;=;OK
-m ttl --ttl 256;;FAIL
-m ttl --ttl 1 --ttl-gt 3;;FAIL
-m ttl --ttl-lt 9 --ttl-gt 3;;FAIL
-m ttl ! --ttl-lt 5;;FAIL
-m ttl ! --ttl-gt 5;;FAIL
-m ttl;;FAIL
6:INPUT
-m ttl --ttl-eq 5;;FAIL
