# xtables-addons, extensions/libxt_DNETMAP.man
*nat
:POSTROUTING
-j DNETMAP --prefix 20.0.0.0/26;=;OK
-j DNETMAP --ttl 200 --reuse --prefix 20.0.0.5/26;-j DNETMAP --prefix 20.0.0.0/26 --reuse --ttl 200;OK
-j DNETMAP --prefix 20.0.0.0/26 --ttl -1 --static --persistent;=;OK
-j DNETMAP --prefix 20.0.0.0/33;;FAIL
:PREROUTING
-j DNETMAP;=;OK
*filter
:FORWARD
-j DNETMAP;;FAIL
