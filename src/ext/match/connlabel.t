:INPUT,FORWARD,OUTPUT
-m connlabel --label "0";=;OK
-m connlabel ! --label "127";=;OK
-m connlabel ! --label "16" --set;=;OK
-m connlabel --set --label 0x10;-m connlabel --label "16" --set;OK
-m connlabel --labe 010 --set;-m connlabel --label "8" --set;OK
-m connlabel;;FAIL
-m connlabel --set;;FAIL
-m connlabel --label "";;FAIL
-m connlabel --label -5;;FAIL
-m connlabel --label 128;;FAIL
-m connlabel --label 5 ! --set;;FAIL
-m connlabel --label 5 --label 6;;FAIL
6:INPUT,FORWARD,OUTPUT
-m connlabel --label "40" --set;=;OK
