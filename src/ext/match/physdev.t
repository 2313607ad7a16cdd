:INPUT,FORWARD
-m physdev --physdev-in lo;=;OK
-m physdev --physdev-in vnet+;=;OK
-m physdev --physdev-in +;=;OK
-m physdev --physdev-in abcdefghijklmno;=;OK
-m physdev ! --physdev-in lo --physdev-is-in;-m physdev --physdev-is-in ! --physdev-in lo;OK
-m physdev --physdev-is-bridged ! --physdev-is-out --physdev-out lo+ --physdev-in eth0 ! --physdev-is-in;-m physdev ! --physdev-is-in --physdev-in eth0 ! --physdev-is-out --physdev-out lo+ --physdev-is-bridged;OK
-m physdev ! --physdev-is-bridged;=;OK
-m physdev --physdev-is-out;=;OK
-m physdev --physdev-out lo;=;OK
-m physdev;;FAIL
-m physdev --physdev-in;;FAIL
-m physdev --physdev-in abcdefghijklmnop;;FAIL
-m physdev --physdev-in lo --physdev-in eth0;;FAIL
-m physdev --physdev-in lo ! ! --physdev-is-in;;FAIL
:OUTPUT
-m physdev --physdev-in lo;=;OK
-m physdev --physdev-out lo --physdev-is-bridged;=;OK
-m physdev --physdev-is-out --physdev-is-bridged;=;OK
-m physdev --physdev-out lo;;FAIL
-m physdev --physdev-is-out;;FAIL
-m physdev ! --physdev-is-out;;FAIL
-m physdev --physdev-out lo ! --physdev-is-bridged;;FAIL
*mangle
:PREROUTING,POSTROUTING
-m physdev --physdev-out lo;=;OK
-m physdev --physdev-out lo --physdev-is-bridged;=;OK
*filter
6:INPUT
-m physdev ! --physdev-in lo;=;OK
-m physdev;;FAIL
