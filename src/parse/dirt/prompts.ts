/** Commands as people type them: at a prompt, under sudo, in a container, or by themselves. */

export interface Typed {
  /** where the tool's name begins in the line. */
  readonly at: number;
  /** without its folder: `iptables-save`, `ip`. */
  readonly tool: string;
  /** the command, from the tool's name on. */
  readonly command: string;
  /** what it is to the rules: it prints them, changes them, or has nothing to do with them. */
  readonly does: 'prints' | 'changes' | 'restores' | 'other';
}

/** A prompt is looked for in so much of a line: beyond it, lines made of prompts would take for ever. */
const LONGEST = 300;

/** A prompt that nothing else looks like. */
const PROMPT =
  /^(?:\([\w.-]{1,40}\) ?)?(?:\[[^\]]{1,100}\] ?[#$%>]|[\w.-]{1,64}@[\w.-]{1,64}(?:[ :][^#$%>]{0,100})?[#$%>]|➜ +\S{1,100}(?: git:\(\S{0,60}\) ?[^\w ]?)?|[❯λ»]|(?:ba|z|a|k|da)?sh-\d[\d.]{0,10}[#$]|PS [^>]{1,100}>)(?: +|$)/u;
/** One that is a mark or a name alone: before a tool's name it is a prompt. */
const MARK = /^(?:[\w.~/-]{1,60}(?:\([\w.-]{1,40}\))? ?)?[#$%>❯»] ?/u;

const TOOLS =
  /^(?:x|ip6?|arp|eb)tables(?:-(?:legacy|nft|save|restore|apply|xml|translate))*$|^(?:ipset|ip|sysctl|conntrack|nft|ufw|firewall-cmd|cat|zcat|docker|kubectl|ifconfig|route|netstat|ss|service|systemctl)$/;
/** Words that a command stands behind. */
const BEFORE = /^(?:sudo|doas|time|exec|command|nohup|env|-[a-zA-Z]|[A-Z_]+=\S*)$/;

/** Whether `typedAt` has to be asked. */
const mayBe = (text: string): boolean =>
  /[#$%>❯»➜λ]|^\s*(?:sudo|doas|\S{0,60}tables|ip|ipset|sysctl|conntrack|kubectl|docker)\b/u.test(
    text.slice(0, LONGEST),
  );

/** The command that a line is; undefined: it is none that is known. Commands of a script stand at no prompt. */
export function typedAt(line: string): Typed | 'prompt' | undefined {
  const head = line.slice(0, LONGEST);
  if (!mayBe(head)) return undefined;
  const indent = head.length - head.trimStart().length;
  const text = head.slice(indent);
  const prompt = PROMPT.exec(text);
  if (prompt !== null) return commandAt(line, indent + prompt[0].length) ?? 'prompt';
  const mark = MARK.exec(text);
  return (mark === null ? undefined : commandAt(line, indent + mark[0].length)) ?? commandAt(line, indent);
}

function commandAt(line: string, from: number): Typed | undefined {
  const words = [...line.slice(from, from + LONGEST).matchAll(/\S+/g)];
  let i = 0;
  while (i < words.length && BEFORE.test(words[i]![0])) i++;
  const word = words[i];
  if (word === undefined) return undefined;
  const tool = word[0].slice(word[0].lastIndexOf('/') + 1);
  if (!TOOLS.test(tool)) return undefined;
  if (tool === 'docker' || tool === 'kubectl') {
    // what runs in a container prints as it does elsewhere
    const inner = words.slice(i + 1).find(([one]) => /^(?:\S*\/)?ip6?tables/.test(one));
    return inner === undefined ? typed(line, from + word.index, tool) : commandAt(line, from + inner.index);
  }
  return typed(line, from + word.index, tool);
}

function typed(line: string, at: number, tool: string): Typed | undefined {
  const command = line.slice(at);
  const rest = / .*$/.exec(command)?.[0] ?? '';
  if (/^ip6?tables$/.test(tool) && !/^ +(?:-|\$|"?\$)/.test(rest)) return undefined;
  // a sentence may begin with the tool's name
  if (/^ [a-z]+ [a-z]+ [a-z]+/.test(rest) && !/^ (?:-|addr|route|rule|link|add|create|save|list|exec|get)/.test(rest))
    return undefined;
  return { at, tool, command, does: doing(tool, rest) };
}

function doing(tool: string, rest: string): Typed['does'] {
  if (!/^ip6?tables/.test(tool)) return 'other';
  if (tool.includes('-save')) return 'prints';
  if (tool.includes('-restore')) return 'restores';
  if (/\s(?:-[A-Za-z]*[SL][a-zA-Z]*|--list(?:-rules)?)(?:\s|$)/.test(rest) && !CHANGES.test(rest)) return 'prints';
  return CHANGES.test(rest) ? 'changes' : 'other';
}

/** The commands of iptables that change rules. */
export const CHANGES =
  /(?:^|\s)(?:-[AIDRPNFXZE]\b|--(?:append|insert|delete|replace|policy|new-chain|flush|delete-chain|zero|rename-chain)\b)/;
