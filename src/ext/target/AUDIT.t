:INPUT,FORWARD,OUTPUT
-j AUDIT --type accept;=;OK
-j AUDIT --type drop;=;OK
-j AUDIT --type reject;=;OK
-j AUDIT --type REJECT;-j AUDIT --type reject;OK
-j AUDIT;;FAIL
-j AUDIT --type foo;;FAIL
-j AUDIT --type acc;;FAIL
-j AUDIT --type drop --type drop;;FAIL
-j AUDIT ! --type drop;;FAIL
*nat
:PREROUTING
-j AUDIT --type accept;=;OK
*filter
6:INPUT
-j AUDIT --type Drop;-j AUDIT --type drop;OK
-j AUDIT;;FAIL
