:INPUT,FORWARD,OUTPUT
-m comment --comment a;=;OK
-m comment --comment "a b";=;OK
-m comment;;FAIL
-m comment --comment a.b;-m comment --comment "a.b";OK
-m comment --comment "it's";-m comment --comment "it\'s";OK
# quotes open inside a word too, and what closes them ends it
-m comment --comment="a b";-m comment --comment "a b";OK
-m comment --comment it"s -j";-m comment --comment "its -j";OK
-m comment --comment "a"-j LOG;-m comment --comment a -j LOG;OK
-m comment --comment "a"b;;FAIL
