/**
 * The codes of what is wrong with texts, packets and commands, as `check --explain` and docs/findings.md print them. What
 * rules mean is told of in src/compile/findings/, beside what finds it.
 */
export interface CodeEntry {
  readonly code: string;
  readonly about: string;
  readonly todo: string;
}

export interface CodeGroup {
  readonly title: string;
  readonly entries: readonly CodeEntry[];
}

/** A line for each: code | what it means | what to do. */
const group = (title: string, rows: string): CodeGroup => ({
  title,
  entries: rows
    .trim()
    .split('\n')
    .map((row) => {
      const [code, about, todo] = row.split(' | ') as [string, string, string];
      return { code: code.trim(), about, todo };
    }),
});

export const CODE_GROUPS: readonly CodeGroup[] = [
  group(
    'Texts',
    `
nothing-recognised | Nothing in the text is what a known command prints. | Give the output of iptables-save, iptables -S, iptables -L, ipset save, ip addr, ip route, ip rule, ip link, ifconfig, route -n, sysctl, ss, netstat, pf.os, ip xfrm state count, ip xfrm policy, nfacct list or conntrack -L, or commands of iptables.
no-input | No file was named, or no text given. | Name files or folders, or - for standard input.
no-line-end | The text ends in the middle of a line: its last word may be cut, and a cut word is mostly another good one. | Compare the last line with the original, or get the text again.
no-rules | Texts were read, but none holds rules of the packets' family. | Add the output of iptables-save.
not-a-rule | A line that is no part of a save, a command or a listing, such as prose or a prompt, was left out. | Nothing, where it is none; otherwise bring it into the form that iptables prints.
bad-json | The text is not JSON, or not in the form that ip -j or a packet has. | The message says where reading stopped.
`,
  ),
  group(
    'What people paste',
    `
like-a-rule | A line looks like a rule, but cannot be read as one. In a listing it keeps its place, and what it does is an open question. | Compare the line with what iptables printed; --assume gap:CHAIN:LINE=yes or =no settles what it does.
lines-left-out | Rules are missing: "[...]" stands for them, or the numbers of a listing jump. What they do is an open question. | Give the whole text; --assume gap:CHAIN:LINE=yes or =no settles what they do.
commented-out | A rule that is commented out was found, and is none. | Nothing.
removed-line | A diff takes the line out: it is no rule. | Nothing, where the rules after the change are meant.
undone-command | A command is for when a link or unit goes (PostDown, ExecStop), and was left out. | Nothing.
firewalld-direct | Direct rules stand in chains of firewalld that the built-in ones call first; here they stand in the built-in ones themselves. | Give iptables-save, which has all of firewalld's chains.
cleaned-colours | Colours and other signs for a terminal were taken off the lines. | Nothing.
cleaned-entities | HTML entities were read as the characters that they name. | Nothing.
cleaned-tags | Tags of HTML or of a forum were taken off the lines. | Nothing.
cleaned-spaces | Blanks of other widths, and characters without a width, were read as what they stand for. | Nothing.
cleaned-dashes | A dash of a program for prose stands where an option begins, and was read as - or --. | Nothing; but iptables itself would not take it.
cleaned-quotes | Quotes of a program for prose were read as plain ones. | Nothing; but a shell would not take them.
cleaned-marks | Marks of Markdown, such as quotes and bold, were taken off the lines. | Nothing.
cleaned-prefix | What stands before the lines, such as a prompt, a time or a number, was taken off. | Nothing, where it was no part of the rule.
cleaned-string | The lines stood in strings of JSON, YAML or a program. | Nothing.
cleaned-added | The + of a diff was taken off the lines. | Nothing, where the rules after the change are meant.
cleaned-joined | A line was read together with the ones that it goes on in. | Look whether they belong together.
cleaned-parted | A line was read as several. | Look whether they are told apart rightly.
cleaned-remark | A remark behind a rule was left out. | Look whether it was one.
cleaned-placeholder | Brackets stand where an address was hidden, and are read as a name, which is an open question. | --assume name:NAME:ADDRESS puts the address in.
cleaned-template | A template's variable was read as a name, which is an open question. | --assume name:NAME:VALUE puts its value in.
`,
  ),
  group(
    'Tables and chains',
    `
unknown-table | The name behind the star, or -t, is no table of iptables. | The tables are raw, mangle, nat, filter and security.
no-chain | Rows of a listing stand below no line that names their chain, as in what grep leaves. They are printed as rules of chain "?". | Give the whole listing, or iptables-save, which names the chain in each rule.
no-table | Rules or chains stand outside of any table. | Put "*filter", or the table that they are of, above them.
table-guessed | No line says which table the rules are of; it was guessed by their chains. | Put "*filter" or the command that printed them above.
no-commit | The block has no COMMIT: its end may be missing. Chains that it does not hold are taken for unknown, not absent. | Give the whole output of iptables-save.
lone-commit | COMMIT stands where no table is open. | Look whether the line with the star was lost.
bad-chain-line | A line that begins with a colon is not ":NAME POLICY [packets:bytes]". | Bring it into this form.
bad-chain-name | The name is longer than the 28 characters that the kernel takes. | Shorten it.
bad-policy | A policy is neither ACCEPT nor DROP. | A built-in chain has one of these; REJECT can only be a rule.
chain-again | A chain is declared twice in one table, which iptables-legacy-restore refuses. | Delete one of the lines.
no-such-chain | A rule stands in, or leads to, a chain that the table does not hold. | Declare the chain, or correct its name; where the text is only a part, --assume chain:NAME=yes or =no settles what it does.
undeclared-chain | Rules stand in a chain that no line declares, in a text that is cut. | The rules that stand there are taken for all of it: give the whole text where there are more.
jump-to-builtin | A rule leads to a built-in chain, which iptables refuses. | Make a chain of your own, and lead to it from both places.
chain-guessed | The line that begins a chain of a listing is damaged: which chain it is was made out of what is left. | Compare the line with what iptables -L prints.
cut-name | A listing cut the name of a chain short, and it was taken for the only one that begins so. | Get the listing with -v, or iptables-save, where names are whole.
chain-loop | Chains lead in a circle. The kernel refuses such a table where packets can come there. | Take one of the jumps away.
both-back-ends | A table is given of iptables-legacy and of iptables-nft, and packets are walked through both: what one accepts comes to the other. The kernel asks that first which was loaded last; no text tells which that was, and iptables-legacy is taken for it. | Give the rules of one time; where one of them is left over, delete it: iptables-legacy -F.
table-again | A table is given more than once: the block that is named is evaluated, the other is not. | Give one host's rules, as they are at one time.
quoted-rules | A part of a table repeats what the whole one says. | Nothing: the whole one is evaluated.
rules-left-out | A part of a table says something that the whole one does not, and is not evaluated. | Look at the lines that are named: the two texts are of different times or hosts.
table-of-parts | Several texts have chains of one table: it is evaluated with all of them. | Nothing, where they are of one host at one time.
listing-differs | A listing says something else than iptables-save or iptables -S of the same chains, which are evaluated. | The two are of different times or hosts: give those of one time.
other-family | A rule is for the other one of IPv4 and IPv6 alone (-4, -6), and is left out here. | Nothing.
`,
  ),
  group(
    'Rules',
    `
unknown-option | No extension of the rule has this option, or it is for the other family. | Look for a slip; an option of a match stands behind its -m, and --dport needs -p tcp or udp before it.
ambiguous-option | The option is cut short and may be more than one. | Write it in full.
repeated-option | An option is given twice in one rule. | Keep one, or make two rules.
excluded-option | Two options cannot stand beside each other. | Make two rules.
missing-option | An extension lacks an option that it needs. | The message names it.
missing-value | An option lacks its value, or a command the name of its chain. | Write it behind the option.
bad-value | A value cannot be what the option asks for. | The message says what was expected.
bad-address | An address cannot be read. | Write it as a number, with /length where it is a network.
bad-interface | The name of an interface is empty or longer than 15 characters. | Correct it; a plus at its end stands for any ending.
bad-protocol | A protocol is neither a known name nor a number in 0..255, or is negated where all are meant. | Write its number.
needs-protocol | An extension needs -p with one of its protocols. | Put -p tcp, or what the message names, before it.
stray-word | A word belongs to no option, often because of a typographic quote or dash before it. | Quote values with blanks by plain double quotes.
double-negation | An exclamation mark stands twice before or round one option. | Leave one out.
lone-negation | An exclamation mark has no option behind it. | Leave it out, or write the option.
not-invertible | The option cannot be negated. | Leave the exclamation mark out; a list of addresses is negated as several rules.
two-targets | The rule has two targets. | Make two rules; a LOG comes before what ends the packet's way.
open-quote | A quote is never closed: to iptables-restore the line break is part of the value, which few options take. | Close it, in the same line.
wrong-table | The extension does not work in this table. | The message names those in which it does.
wrong-family | The extension or option exists for IPv4 alone, or for IPv6 alone. | Leave it out there, or take that of the other family: icmp6 for icmp, hl for ttl.
wrong-chain | The extension or option does not work at the hook that the chain is reached from. | The message names where it does.
android-only | An extension stands where Android's kernels alone take it, or has an option of Android's iptables. | Nothing on Android; a mainline kernel refuses the table.
too-many-rules | Lists of addresses in one line stand for more rules than are read. | Use an ipset.
not-shown | A listing does not show what a match or target was given: another revision of it is in the kernel than iptables knows, or the line is cut. | Give the output of iptables-save, or of the iptables that loaded the rules; --assume settles it.
not-understood | An extension is not evaluated, or not all of it: whether it holds is an open question. | --assume match:NAME=yes or =no, or target:NAME, settles it.
name-not-known | A name or a variable stands where a value was expected, and what it stands for is not known here. | --assume name:WORD=yes or =no settles whether packets have it, name:WORD:VALUE puts a value in its place.
set-not-given | A rule asks a set that no text gives, or only without its members. | Add the output of ipset save; --assume set:NAME=yes or =no settles it by hand.
rule-too-long | A rule makes more code than one rule may have. | Make several rules of it, or use an ipset.
`,
  ),
  group(
    'Shell scripts',
    `
bad-command | A command of iptables lacks a word, or has one too many. | The message says what was expected.
nothing-there | A command is about a chain or rule that is not there at that time. | Nothing, where a script clears up first; otherwise look at the order of its commands.
chain-not-empty | A chain that still has rules is deleted, which iptables refuses: it stays. | Empty it first by -F.
function-not-called | Nothing calls a function of a script that holds commands of iptables: they are left out. | Call it, or give its commands alone.
too-many-commands | A script, or a loop of it, runs more commands than are followed: the rest is left out. | Give what iptables-save prints after the script has run.
restore-of-file | What a script restores stands in another file. | Give that file too.
script-guessed | What a script does depends on what is not known here, and was guessed. | The message says how; iptables-save tells what it came to.
`,
  ),
  group(
    'Sets',
    `
ipset-xml | The XML form of ipset is not read. | Give the output of ipset save.
unknown-line | A line is no command of ipset. | Look for a slip.
missing-word | A command of ipset lacks a word. | The message says which.
unknown-set | A set is named that was not created before. | Put its create line before it.
unknown-set-type | There is no such type of set. | Look for a slip: there are hash:ip, hash:net, hash:ip,port, bitmap:port, list:set and others.
bad-set-option | An option of create cannot be read, or is not one of the type's. | The message says what was expected.
refused-set | ipset would refuse to create the set. | The message says why.
duplicate-set | A set is created twice; which one counts, the message says. | Give one of them.
set-in-use | A set that is a member of a list cannot be destroyed or renamed. | Take it out of the list first.
type-mismatch | Sets of different types or families cannot be swapped. | Create both alike.
bad-member | A member cannot be read as one of its set. | The message says which part is wrong.
refused-member | ipset would refuse the member. | The message says why.
range-too-large | A range stands for too many members to hold. | Use a set of networks (hash:net).
duplicate-member | The set holds the member already. | Delete one of the lines, or add -exist.
no-such-member | A member is deleted that the set does not hold. | Delete the line.
set-full | The set has as many members as its maxelem allows. | Create it with a greater maxelem.
cut-listing | The set's header counts more members than are listed. | Get the listing again, whole; without it, what is missing counts as absent.
`,
  ),
  group(
    'The host',
    `
unreadable-line | A line is not what the command prints. | The message says what was expected; the line is left out.
unreadable-link | An object is no link of ip -j. | It is left out.
unreadable-route | An object is no route of ip -j. | It is left out.
unreadable-rule | A policy rule cannot be read, and is left out. | The message says which word.
unknown-word | A word of the line is not known; the rest of it is read. | Nothing, where it changes nothing for packets.
unknown-scope | A scope has a name that only the host knows. | It is taken as global.
unknown-group | A link group has a name that only the host knows. | It is taken as group 0; the number would be read.
family-guessed | Nothing says whether policy rules are of IPv4 or IPv6. | Say it in the file's name, or give ip -4 rule and ip -6 rule.
route-get | The answer of ip route get is about one packet, and no route of a table. | Give the output of ip route.
sysctl-error | sysctl printed that it could not read a value. | Nothing, or run it as root.
`,
  ),
  group(
    'Connections',
    `
unreadable-entry | A line of conntrack -L cannot be read, and is left out. | The message says where.
entries-missing | conntrack counted more entries than stand in the text. | Get the list again, whole.
`,
  ),
  group(
    'Packets',
    `
bad-field | A field of a packet has a value that it cannot have. | The message says what was expected.
missing-field | A packet lacks a field that it needs. | Source and destination are needed in any case.
unknown-field | A packet names a field that is not known, and is not used. | Look for a slip.
unused-field | A packet of this kind has no such field. | Leave it out.
bad-packet | The fields make no packet that there can be. | The message says what contradicts what.
bad-line | A line of tcpdump cannot be read. | The message says where reading stopped.
unused-text | A part of a tcpdump line says nothing that is used. | Nothing.
blank-line | A line among packets is empty. | Delete it.
bad-csv | A row of CSV has another number of cells than the first line, or a quote that is not closed. | Correct the row.
bad-header | The first line of CSV does not name columns, or names one twice. | Name fields there: src,dst,proto,dport.
bad-packets | The file with packets is of another form than --format says. | Leave --format out, or name the form that it is.
bad-capture | A capture is damaged, or in a form that is not read. | Write it anew: editcap or tcpdump -r FILE -w NEW.
cut-capture | A capture ends in the middle of a packet. | What stands before the end is read.
not-a-capture | A capture was expected, and the file is none. | Give what tcpdump -w writes.
unknown-link-type | Frames of this link type are not read. | Capture on another interface, or with -y.
bad-gzip | A gzipped file is damaged, or ends in the middle. | Get it again.
not-ip | A captured frame holds no IP packet. | Nothing.
bad-time | A packet's time cannot stand in a pcap record. | Give times from 1970 to 2106.
missing-interface | Nothing says by which interface a packet comes in. | Name it by -i, or give ip addr and ip route.
no-such-link | The packet comes in by an interface that the host's texts do not name. | Look for a slip.
other-rules | A packet is of IPv6, and rules of IPv4 alone were given. | Add the output of ip6tables-save.
unused-out | -o says another way than the routes that were given. | Leave it out, or give the routes of the host in question.
unused-path | --path says another way than the routes that were given. | Leave it out.
state-given | A flow finds the state of its packets out, and it was given. | Leave --state out.
open-questions | Counters depend on facts that are not known, so that nothing is counted. | Give what tells them, or settle each by --assume; --lenient takes them as no match.
`,
  ),
  group(
    'Commands, options and files',
    `
bad-usage | The command line cannot be meant so. | The message says what was expected; --help lists what there is.
bad-option | Two options contradict each other, one needs another, or cannot be so. | The message says which.
bad-assumption | What stands behind --assume is no fact, or cannot be. | A fact is set:NAME, match:NAME, local:ADDRESS … with =yes or =no.
unused-assumption | Nothing asks for the fact that was assumed. | Look for a slip in its name.
bad-sysctl | What stands behind --sysctl is not KEY=VALUE. | As in --sysctl net.ipv4.ip_forward=1.
unused-sysctl | No answer depends on this setting. | Look for a slip in its name.
bad-seed | A seed is no number from 0 to 4294967295. | Give such a number.
no-such-file | There is no such file or folder. | Look for a slip.
unreadable | A file cannot be read. | The message says why.
binary-file | A text was expected, and the file is binary, or compressed. | Unpack it: zcat FILE hands it on.
empty-folder | A folder holds no text that can be read. | Put the output of each command there, a file each.
cannot-write | A file could not be written. | Look at its folder's rights and room.
`,
  ),
  group(
    'The library',
    `
not-compiled | What was parsed was loaded without being compiled. | engine.load(compile(parse(texts))).
not-restored | What a loaded host was to go on with is nothing that iptables-restore would take, and nothing was changed. | Give whole tables of its rules, as iptables-save prints them.
not-loaded | A page asked before rules were loaded. | Send load first.
bad-request | A page asked the worker for something that it does not know. | docs/api.md lists the requests.
bad-batch | The columns of a batch are of different lengths. | Give each as many values as there are packets.
bad-core | What was given as the core is no WebAssembly module, or another one. | Give core.wasm of the same package.
stale-core | Core and library are of different versions. | Build again, or take both from one package.
made-up-wanted | What makes up packets is a file of its own, and was not loaded. | await loadMadeUp() before syntheticSpec and synthesise.
readers-wanted | A text is of a kind whose readers are a file of their own, and were not loaded. | await loadReaders() before parsing.
family-wanted | Rules of IPv6 are compiled, and what walks their packets is a file of its own that was not loaded. | await loadIpv6() before compiling.
part-missing | A part of the library that is loaded when it is needed is not there. | Put all files of the package side by side.
too-many-interfaces | Rules, sets and host name more interfaces than the core has numbers for. | Leave out what the question does not need.
bad-program | What was given as a program is none. | Compile it anew.
unsafe-program | A program would leave its bounds, and is not run. | Compile it anew; if that made it, this is a fault of packetwalk.
core-abort | The core stopped. | This is a fault of packetwalk: please report it with the texts.
memory | A list of rules for the first match takes more room than was allowed. | Allow more, or give fewer rules.
core-fault | The core came to a state that there cannot be. | This is a fault of packetwalk: please report it with the texts.
fault | Something went wrong that was not foreseen. | This is a fault of packetwalk: please report it with the texts.
`,
  ),
];
