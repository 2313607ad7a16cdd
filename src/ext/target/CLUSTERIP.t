:INPUT
-d 10.31.3.236/32 -i lo -j CLUSTERIP --new --hashmode sourceip --clustermac 01:AA:7B:47:F7:D7 --total-nodes 2 --local-node 1 --hash-init 1;=;OK
-d 10.31.3.236/32 -i lo -j CLUSTERIP --new --hashmode sourceip --clustermac 01:AA:7B:47:F7:D7 --total-nodes 2 --local-node 3 --hash-init 1;=;OK
-d 10.31.3.236/32 -i lo -j CLUSTERIP --local-node 0x10 --total-nodes 16 --clustermac 1:aa:7b:47:f7:d7 --hashmode sourceip-sourceport --new;-d 10.31.3.236/32 -i lo -j CLUSTERIP --new --hashmode sourceip-sourceport --clustermac 01:AA:7B:47:F7:D7 --total-nodes 16 --local-node 16 --hash-init 0;OK
-d 10.31.3.236/32 -i lo -p tcp -j CLUSTERIP --new --hashmode sourceip-sourceport-destport --clustermac 01:00:5E:47:F7:D7 --total-nodes 0 --local-node 1 --hash-init 4294967295;=;OK
-d 10.31.3.236/32 -i lo -p tcp -j CLUSTERIP;=;OK
-d 10.31.3.236/32 -j CLUSTERIP;=;OK
! -d 10.31.3.236/32 -j CLUSTERIP;=;OK
-j CLUSTERIP;;FAIL
-d 10.31.3.0/24 -i lo -j CLUSTERIP;;FAIL
-d 0.0.0.0/32 -i lo -j CLUSTERIP;;FAIL
-d 10.31.3.236/32 -i lo -j CLUSTERIP --new;;FAIL
-d 10.31.3.236/32 -i lo -j CLUSTERIP --hashmode sourceip;;FAIL
-d 10.31.3.236/32 -i lo -j CLUSTERIP --hashmode sourceip --clustermac 01:AA:7B:47:F7:D7 --total-nodes 2 --local-node 1;;FAIL
-d 10.31.3.236/32 -i lo -j CLUSTERIP --new --hashmode sourceip --clustermac 01:AA:7B:47:F7:D7 --total-nodes 2;;FAIL
-d 10.31.3.236/32 -j CLUSTERIP --new --hashmode sourceip --clustermac 01:AA:7B:47:F7:D7 --total-nodes 2 --local-node 1;;FAIL
-d 10.31.3.236/32 -i lo -j CLUSTERIP --new --hashmode sourceip --clustermac 01:AA:7B:47:F7:D7 --total-nodes 2 --local-node 0;;FAIL
-d 10.31.3.236/32 -i lo -j CLUSTERIP --new --hashmode sourceip --clustermac 01:AA:7B:47:F7:D7 --total-nodes 17 --local-node 1;;FAIL
-d 10.31.3.236/32 -i lo -j CLUSTERIP --new --hashmode sourceip --clustermac 01:AA:7B:47:F7:D7 --total-nodes 2 --local-node 17;;FAIL
-d 10.31.3.236/32 -i lo -j CLUSTERIP --new --hashmode source --clustermac 01:AA:7B:47:F7:D7 --total-nodes 2 --local-node 1;;FAIL
-d 10.31.3.236/32 -i lo -j CLUSTERIP --new --hashmode sourceip --clustermac 00:AA:7B:47:F7:D7 --total-nodes 2 --local-node 1;;FAIL
-d 10.31.3.236/32 -i lo -j CLUSTERIP --new --hashmode sourceip --clustermac 01:AA:7B:47:F7 --total-nodes 2 --local-node 1;;FAIL
-d 10.31.3.236/32 -i lo -j CLUSTERIP --new --hashmode sourceip --clustermac 01:AA:7B:47:F7:D7 --total-nodes 2 --local-node 1 --hash-init -1;;FAIL
6:INPUT
-j CLUSTERIP;;FAIL
