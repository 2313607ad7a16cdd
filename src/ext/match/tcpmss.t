:INPUT,FORWARD,OUTPUT
-p tcp -m tcpmss --mss 1;=;OK
-p tcp -m tcpmss ! --mss 1:5;=;OK
-p tcp -m tcpmss --mss :5;-p tcp -m tcpmss --mss 0:5;OK
-p tcp -m tcpmss --mss 5:;-p tcp -m tcpmss --mss 5:65535;OK
-p tcp -m tcpmss --mss 5:1;;FAIL
-m tcpmss --mss 1;;FAIL
