:INPUT,OUTPUT,POSTROUTING
*mangle
-m cgroup --cgroup 1;=;OK
-m cgroup ! --cgroup 1;=;OK
-m cgroup --cgroup 0x100001;-m cgroup --cgroup 1048577;OK
-m cgroup --path "/";=;OK
-m cgroup ! --path "/";=;OK
-m cgroup --path /;-m cgroup --path "/";OK
-m cgroup --cgroup 1 --path "/";;FAIL
-m cgroup --cgroup 1:2;;FAIL
-m cgroup --cgroup 4294967296;;FAIL
-m cgroup;;FAIL
:PREROUTING
-m cgroup --cgroup 1;;FAIL
:FORWARD
-m cgroup --path /;;FAIL
6:OUTPUT
-m cgroup ! --path "/";=;OK
