:INPUT,FORWARD,OUTPUT
-m iprange --src-range 1.1.1.1-2.2.2.2 ! --dst-range 3.3.3.3;-m iprange --src-range 1.1.1.1-2.2.2.2 ! --dst-range 3.3.3.3-3.3.3.3;OK
-m iprange --dst-range 5.5.5.5-1.1.1.1;=;OK
-m iprange --src-range 1.1.1.1-;;FAIL
-m iprange;;FAIL
-m iprange --src-range 10.1-10.2;-m iprange --src-range 10.1.0.0-10.2.0.0;OK
