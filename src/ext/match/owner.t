:OUTPUT,POSTROUTING
*mangle
-m owner --uid-owner root;-m owner --uid-owner 0;OK
-m owner --gid-owner root;-m owner --gid-owner 0;OK
-m owner --uid-owner 0-10;=;OK
-m owner --uid-owner 5:10;-m owner --uid-owner 5-10;OK
-m owner --uid-owner 2005-2005;-m owner --uid-owner 2005;OK
-m owner ! --uid-owner 0x7d0;-m owner ! --uid-owner 2000;OK
-m owner --uid-owner 010-0x10;-m owner --uid-owner 8-16;OK
-m owner --uid-owner 4294967294;=;OK
-m owner --gid-owner 0-10 --uid-owner 2003;-m owner --uid-owner 2003 --gid-owner 0-10;OK
-m owner ! --uid-owner 2001 ! --gid-owner 2002;=;OK
-m owner --socket-exists;=;OK
-m owner ! --socket-exists;=;OK
-m owner --uid-owner 2009 --socket-exists;-m owner --socket-exists --uid-owner 2009;OK
-m owner --gid-owner 0-10 --suppl-groups;=;OK
-m owner ! --gid-owner 2004 --suppl-groups;=;OK
-m owner --suppl-groups --gid-owner 0-10;;FAIL
-m owner --gid-owner 0-10 ! --suppl-groups;;FAIL
-m owner --suppl-groups;;FAIL
-m owner --uid-owner 10-5;;FAIL
-m owner --uid-owner 5-;;FAIL
-m owner --uid-owner 1-2-3;;FAIL
-m owner --uid-owner 4294967295;;FAIL
-m owner --gid-owner -5;;FAIL
-m owner --uid-owner 1 --uid-owner 2;;FAIL
-m owner --pid-owner 1;;FAIL
-m owner;;FAIL
:INPUT
-m owner --uid-owner root;;FAIL
:FORWARD
-m owner --socket-exists;;FAIL
6:OUTPUT
-m owner ! --uid-owner 0-999;=;OK
