# xtables-addons 3.23: its libxt_geoip.so under iptables 1.8.9 says so
:INPUT,FORWARD
-m geoip --source-country DE;=;OK
-m geoip --src-cc DE;-m geoip --source-country DE;OK
-m geoip ! --src-cc de,US;-m geoip ! --source-country DE,US;OK
-m geoip --dst-cc fr;-m geoip --destination-country FR;OK
-m geoip ! --destination-country FR;=;OK
-m geoip;;FAIL
-m geoip --src-cc DEU;;FAIL
-m geoip --src-cc DE --dst-cc FR;;FAIL
6:INPUT
-m geoip --source-country DE;=;OK
