:INPUT,FORWARD,OUTPUT
-m comment --comment a;=;OK
-m comment --comment "a b";=;OK
-m comment;;FAIL
-m comment --comment a.b;-m comment --comment "a.b";OK
-m comment --comment "it's";-m comment --comment "it\'s";OK
