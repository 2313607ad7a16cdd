6:INPUT,FORWARD,OUTPUT
-m hl --hl 5;-m hl --hl-eq 5;OK
-m hl ! --hl-eq 5;=;OK
-m hl --hl-lt 5;=;OK
-m hl --hl-gt 0;=;OK
-m hl --hl 256;;FAIL
-m hl --hl 1 --hl-gt 3;;FAIL
-m hl --hl-lt 9 --hl-gt 3;;FAIL
-m hl ! --hl-lt 5;;FAIL
-m hl ! --hl-gt 5;;FAIL
-m hl;;FAIL
:INPUT
-m hl --hl-eq 5;;FAIL
