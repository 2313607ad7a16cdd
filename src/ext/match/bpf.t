:INPUT,FORWARD,OUTPUT
-m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0";=;OK
-p tcp -m bpf --bytecode "1,6 0 0 4294967295";=;OK
:INPUT
-m bpf --bytecode "1, 6  0 0 1,";-m bpf --bytecode "1,6 0 0 1";OK
-m bpf --bytecode "01,6 0 0 -1";-m bpf --bytecode "1,6 0 0 4294967295";OK
-m bpf --bytecode "1,65542 256 0 4294967297";-m bpf --bytecode "1,6 0 0 1";OK
-m bpf --bytecode "2,6 0 0 1 2,6 0 0 1";-m bpf --bytecode "2,6 0 0 1,6 0 0 1";OK
-m bpf --bytecode "1,6 0 0 0x10";-m bpf --bytecode "1,6 0 0 0";OK
-m bpf --bytecode "6,32 0 0 4294963220,2 0 0 15,97 0 0 15,12 0 0 0,53 0 0 5,22 0 0 0";=;OK
-m bpf --bytecode "3,5 0 0 1,6 0 0 1,6 0 0 2";=;OK
-m bpf --bytecode "2,32 0 0 4294963236,22 0 0 0";=;OK
-m bpf;;FAIL
-m bpf ! --bytecode "1,6 0 0 1";;FAIL
-m bpf --bytecode "6 0 0 1";;FAIL
-m bpf --bytecode "1;;FAIL
-m bpf --bytecode "0,";;FAIL
-m bpf --bytecode "1,";;FAIL
-m bpf --bytecode "65,6 0 0 1";;FAIL
-m bpf --bytecode "2,6 0 0 1";;FAIL
-m bpf --bytecode "1,6 0 0 1,6 0 0 1";;FAIL
-m bpf --bytecode "1,6 0 0";;FAIL
-m bpf --bytecode "1,0x6 0 0 1";;FAIL
# what the kernel refuses: no return at the end, no such code, jumps out, divisors, shifts, memory, places
-m bpf --bytecode "1,48 0 0 1";;FAIL
-m bpf --bytecode "2,47 0 0 1,6 0 0 1";;FAIL
-m bpf --bytecode "2,5 0 0 1,6 0 0 1";;FAIL
-m bpf --bytecode "2,21 0 1 0,6 0 0 1";;FAIL
-m bpf --bytecode "2,21 1 0 0,6 0 0 1";;FAIL
-m bpf --bytecode "2,52 0 0 0,6 0 0 1";;FAIL
-m bpf --bytecode "2,148 0 0 0,6 0 0 1";;FAIL
-m bpf --bytecode "2,100 0 0 32,6 0 0 1";;FAIL
-m bpf --bytecode "2,2 0 0 16,6 0 0 1";;FAIL
-m bpf --bytecode "2,96 0 0 3,22 0 0 0";;FAIL
-m bpf --bytecode "5,21 0 1 6,2 0 0 3,96 0 0 3,22 0 0 0,6 0 0 0";;FAIL
-m bpf --bytecode "2,32 0 0 4294963202,6 0 0 1";;FAIL
-m bpf --bytecode "2,32 0 0 4294963264,6 0 0 1";;FAIL
6:INPUT
-m bpf --bytecode "4,48 0 0 6,21 0 1 6,6 0 0 1,6 0 0 0";=;OK
-m bpf --bytecode "2,48 0 0 6,21 0 1 6";;FAIL
