:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
*mangle
-m cluster --cluster-local-nodemask 0x00000001 --cluster-total-nodes 2 --cluster-hash-seed 0xdeadbeef;=;OK
-m cluster ! --cluster-local-nodemask 0x00000003 --cluster-total-nodes 32 --cluster-hash-seed 0x00000007;=;OK
:PREROUTING
-m cluster --cluster-total-nodes 2 --cluster-local-node 2 --cluster-hash-seed 7;-m cluster --cluster-local-nodemask 0x00000002 --cluster-total-nodes 2 --cluster-hash-seed 0x00000007;OK
-m cluster --cluster-hash-seed 0 ! --cluster-local-node 1 --cluster-total-nodes 1;-m cluster ! --cluster-local-nodemask 0x00000001 --cluster-total-nodes 1 --cluster-hash-seed 0x00000000;OK
-m cluster --cluster-total-nodes 32 --cluster-local-node 32 --cluster-hash-seed 010;-m cluster --cluster-local-nodemask 0x80000000 --cluster-total-nodes 32 --cluster-hash-seed 0x00000008;OK
-m cluster --cluster-total-nodes 5 --cluster-local-nodemask 0x1f --cluster-hash-seed 1;-m cluster --cluster-local-nodemask 0x0000001f --cluster-total-nodes 5 --cluster-hash-seed 0x00000001;OK
-m cluster --cluster-total-nodes 5 --cluster-local-nodemask 32 --cluster-hash-seed 1;;FAIL
-m cluster --cluster-total-nodes 6 --cluster-local-node 7 --cluster-hash-seed 1;;FAIL
-m cluster --cluster-total-nodes 33 --cluster-local-node 7 --cluster-hash-seed 1;;FAIL
-m cluster --cluster-total-nodes 0 --cluster-local-node 1 --cluster-hash-seed 1;;FAIL
-m cluster --cluster-total-nodes 3 --cluster-local-node 0 --cluster-hash-seed 1;;FAIL
-m cluster --cluster-total-nodes 3 --cluster-local-node 33 --cluster-hash-seed 1;;FAIL
-m cluster --cluster-total-nodes 3 --cluster-local-nodemask 0 --cluster-hash-seed 1;;FAIL
-m cluster --cluster-total-nodes 3 --cluster-local-node 1 --cluster-hash-seed 4294967296;;FAIL
-m cluster --cluster-total-nodes 3 --cluster-hash-seed 1;;FAIL
-m cluster --cluster-local-node 1 --cluster-hash-seed 1;;FAIL
-m cluster --cluster-total-nodes 3 --cluster-local-node 1;;FAIL
-m cluster --cluster-total-nodes 3 --cluster-local-node 1 --cluster-local-nodemask 1 --cluster-hash-seed 1;;FAIL
-m cluster ! --cluster-total-nodes 3 --cluster-local-node 1 --cluster-hash-seed 1;;FAIL
-m cluster --cluster-total-nodes 3 --cluster-local-node 1 ! --cluster-hash-seed 1;;FAIL
-m cluster;;FAIL
6:PREROUTING
-m cluster --cluster-local-nodemask 0x00000001 --cluster-total-nodes 2 --cluster-hash-seed 0xdeadbeef;=;OK
-m cluster ! --cluster-total-nodes 3 --cluster-local-node 1 --cluster-hash-seed 1;;FAIL
