import type { Family } from '../../../src/net/address.js';

/** Rules that no draw would make: what is doubled, lacks, stands in the wrong place, or is a slip. */
const SHAPES = String.raw`
-A INPUT -p tcp --syn=1
-A INPUT -p tcp --dport= -j C
-A INPUT -p tcp --dport 80 extra
-A INPUT ! ! -p tcp
-A INPUT !-p tcp
-A INPUT ! -j C
-A INPUT ! -g C
-A INPUT ! -m tcp
-A INPUT ! -c 1 2
-A INPUT -j C -j C
-A INPUT -j C -g C
-A INPUT -g ACCEPT
-A INPUT -j accept
-A INPUT -j C !
-A INPUT -j --to-ports 80
-A INPUT -g -j
-A INPUT -m --dport 80
-A INPUT -p tcp -m ! --dport 80
-A INPUT -j INPUT
-A INPUT -g INPUT
-A INPUT -j ""
-A INPUT -j NOSUCH
-A INPUT -p tcp -m tcp 80
-A INPUT -p tcp -m conntrack --ctstate=NEW --dport=80
-A INPUT -p tcp --dport
-A INPUT -p tcp --dport -j C
-A INPUT -p tcp --dport --sport
-A INPUT -m mark --mark 1 --mark 2
-A INPUT -m comment --comment a --comment b
-A INPUT -p tcp --dport 80 --destination-port 80
-A INPUT -p tcp --syn --tcp-flags SYN SYN
-A INPUT -j LOG --log-prefix a --log-prefix b
-A INPUT -j LOG --log-prefix "a\"
-A INPUT -j LOG --log-prefix a\
-A INPUT -j REJECT --reject-with tcp-reset
-A INPUT ! -p tcp -j REJECT --reject-with tcp-reset
-A INPUT ! -p tcp --dport 80
-A INPUT -s 1.2.3.4 -s 1.2.3.5
-A INPUT -s 1.2.3.4 --src 1.2.3.5
-A INPUT -i eth0 -i eth1
-A INPUT -p tcp -p tcp
-A INPUT -p tcp -m tcp -- --dport 80
-A INPUT -p tcp ---dport 80
-A INPUT -p tcp -dport 80
-A INPUT -p tcp –dport 80
-A INPUT -p tcp — dport 80
-A INPUT -f -f
-A INPUT -c 1 2 -c 1 2
[3:4] -A INPUT -p tcp
[3:4]-A INPUT -p tcp
-A INPUT -m icmp --icmp-type 8
-A INPUT -p 1 --icmp-type 8
-A INPUT -p tcp --icmp-type 8
-A INPUT -p tcp -m udp --dport 80
-A INPUT -s 1.2.3.4/24/24
-A INPUT -p tcp --sport 80 -m udp
-A INPUT -p all --dport 80
-A INPUT -m tcp --dport 80
-A INPUT -f ! -p tcp
-A INPUT ! -f -p tcp
-A  INPUT	-p	tcp
 -A INPUT -p tcp
-A "INPUT" -p "tcp" "--dport" "80"
-A INPUT -p tcp # a remark
-A INPUT -p tcp \
-A INPUT -p tcp;
-A INPUT -s 1.2.3.4 -d
-A INPUT -s
-A INPUT -m
-A INPUT -j
-A INPUT -c 1
-A INPUT
-A C -i eth0 -o eth1 -j RETURN
-A NOSUCH -j RETURN
-A INPUT -j C --dport 80
-A INPUT -p tcp -j C --dport 80
-A INPUT -p tcp -j ACCEPT --to-ports 80
-A INPUT -n -p tcp
-A INPUT -w -p tcp
-A INPUT --numeric
-A INPUT --table filter
-A INPUT -t filter
-A INPUT --line-numbers
-A INPUT --state NEW
-A INPUT -m state --ctstate NEW
-A INPUT -m conntrack --state NEW
-A INPUT -p tcp --tcp-flags SYN
-A INPUT -p tcp --tcp-flags SYN,ACK -j DROP
-A INPUT -p tcp -m multiport --dport 80,443
-A INPUT -p tcp --dport 80,443
-A INPUT -p tcp -m multiport --dports 80 443
-A INPUT -p tcp,udp --dport 53
-A INPUT -p tcp -m multiport --dports 80 -m multiport --sports 1
-A INPUT -p tcp -m multiport --dports 80 --sports 1
-A INPUT -m limit -j LOG
-A INPUT -m limit --limit-burst 7
-A INPUT -m tcp -p udp
-A INPUT -p udp --syn
-A INPUT -p tcp -m ttl --ttl 5 --dpo 80
-A INPUT -s 10.0.0.0/8,172.16.0.0/12 -d 1.1.1.1,2.2.2.2
-A INPUT -s any
-A INPUT -s 0/0
-A INPUT -s 0 -d 0
-A INPUT -s 1.2.3.4/32.0.0.0
-A INPUT -m addrtype --dst-type LOCAL -m addrtype ! --src-type LOCAL
-A INPUT -m mark --mark 0x1/0x1 -m connmark --mark 0x2/0x2 -m mark --mark 0x3
-A INPUT -m connmark -m mark --mark 1
`
  .trim()
  .split('\n');

/** In rules of IPv6 an address ends as that of IPv4 does. */
export const shapes = (family: Family): readonly string[] =>
  SHAPES.map((rule) => (family === 4 ? rule : rule.replaceAll(/\d+\.\d+\.\d+\.\d+/g, '2001:db8::$&')));
