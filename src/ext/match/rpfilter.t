:PREROUTING
*raw,mangle
-m rpfilter;=;OK
-m rpfilter --loose --validmark --accept-local --invert;=;OK
-m rpfilter --invert --accept-local;-m rpfilter --accept-local --invert;OK
-m rpfilter --validmark;=;OK
-m rpfilter ! --invert;;FAIL
-m rpfilter ! --loose;;FAIL
-m rpfilter --loose --loose;;FAIL
*nat
-m rpfilter;;FAIL
:INPUT,OUTPUT
*raw,mangle,filter
-m rpfilter;;FAIL
