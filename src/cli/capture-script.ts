/** What `capture` prints: a script for any POSIX shell, that of busybox too, which is read before it is run. */

/**
 * A line such as `# ip -4 rule` stands above what each command prints, as at root's prompt: src/parse/dirt/parts.ts ends
 * what stands before it there, and knows the family of policy rules by it. Settings are asked by grep, whose lines
 * name their file, since not every host has sysctl; src/run/host-conf.ts says which of them answers depend on.
 */
export const SCRIPT = `#!/bin/sh
# Prints what a packet meets on this host: rules, sets, addresses, routes, settings, connections.
# It changes nothing, writes no file, and asks nothing outside of this host. Run it as root, here or from elsewhere:
#
#   packetwalk capture | ssh root@host sh > host.txt
#   packetwalk capture | ssh admin@host sudo sh > host.txt
#   packetwalk explain host.txt -i eth0 -p tcp -s 198.51.100.7 -d 192.0.2.1 --dport 443 --syn
#
# host.txt names addresses and networks. Before it is handed on, where packetwalk is:
#
#   packetwalk capture --redact host.txt > safe.txt

PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C PATH

if [ "$(id -u)" != 0 ]; then
  echo "# not run as root: what only root may see is missing"
  echo "not run as root: what only root may see is missing" >&2
fi

# A command and what it prints; what it complains of stands below, as remarks. conntrack complains of how many there are.
ask() {
  if ! command -v "$1" > /dev/null 2>&1; then
    echo "# not on this host: $1"
    return 1
  fi
  echo "# $*"
  { complaint=$("$@" 2>&1 >&3 3>&- < /dev/null); } 3>&1
  failed=$?
  [ -z "$complaint" ] || echo "$complaint" | sed '/^conntrack v/!s/^/#   /'
  return $failed
}

# Rules, with their counters: of each back end that is there, since the kernel may hold rules of both.
for tool in iptables ip6tables; do
  if command -v $tool-legacy-save > /dev/null || command -v $tool-nft-save > /dev/null; then
    ask $tool-legacy-save -c
    ask $tool-nft-save -c
  else
    ask $tool-save -c
  fi
done

# Sets that rules name.
ask ipset save

# Links with their groups, and the addresses that they bear.
ask ip link
ask ip addr

# Routes of every table, and the rules that choose a table.
ask ip -4 route show table all
ask ip -6 route show table all
ask ip -4 rule
ask ip -6 rule

# How much IPsec there is, and what of what is sent: its states would tell keys, and are counted.
ask ip xfrm state count
ask ip xfrm policy count
ask ip xfrm policy

# Sockets, which rules with socket, TPROXY or owner ask for.
ask ss -tuane

# Settings of the kernel.
proc=/proc/sys/net
echo "# grep . $proc/..."
grep -s . $proc/ipv4/ip_forward $proc/ipv4/ipfrag_* $proc/ipv6/ip6frag_* $proc/netfilter/nf_conntrack_*
for setting in accept_local bc_forwarding disable_ipv6 force_forwarding forwarding ignore_routes_with_linkdown mtu \\
  route_localnet rp_filter send_redirects src_valid_mark use_oif_addrs_only use_tempaddr; do
  grep -s . $proc/ipv4/conf/*/$setting $proc/ipv6/conf/*/$setting
done

# What rules remember.
ask nfacct list
for table in /proc/net/ipt_hashlimit/* /proc/net/ip6t_hashlimit/* /proc/net/xt_recent/* /proc/net/nf_condition/* \\
  /proc/net/xt_quota/* /proc/net/ipt_CLUSTERIP/*; do
  [ ! -f $table ] || ask cat $table
done

# Connections that the kernel remembers, and how many it says there are.
if command -v conntrack > /dev/null; then
  # labels are told by the names that they have here
  labels=
  [ ! -f /etc/xtables/connlabel.conf ] || labels=,labels
  for family in ipv4 ipv6; do
    ask conntrack -L -f $family -o extended,id$labels
  done
else
  ask cat /proc/net/nf_conntrack
fi
`;
