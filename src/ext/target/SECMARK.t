:INPUT,FORWARD,OUTPUT
*security
-j SECMARK --selctx system_u:object_r:firewalld_exec_t:s0;=;OK
*mangle
-j SECMARK --selctx system_u:object_r:httpd_packet_t:s0:c1,c3;=;OK
-j SECMARK --sel a;-j SECMARK --selctx a;OK
-j SECMARK;;FAIL
-j SECMARK --selctx a --selctx b;;FAIL
*filter
-j SECMARK --selctx a;;FAIL
