# OpenWrt, fw3: its rules in tables that it made itself have one
:INPUT,FORWARD
-m id --id 0x66773300;=;OK
-m id --id 16;-m id --id 0x10;OK
-m id;;FAIL
-m id --id x;;FAIL
6:INPUT
-m id --id 0x66773300;=;OK
