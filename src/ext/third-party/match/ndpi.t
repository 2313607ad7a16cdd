# nDPI, ndpi-netfilter/ipt/libxt_ndpi.c; older ones have an option for each protocol, which is kept as it stands
:FORWARD
-m ndpi --proto http;=;OK
-m ndpi ! --proto http,tls;=;OK
-m ndpi --proto dns --have-master;-m ndpi --have-master --proto dns;OK
-m ndpi --error;=;OK
-m ndpi --bittorrent;=;OK
-m ndpi;;FAIL
