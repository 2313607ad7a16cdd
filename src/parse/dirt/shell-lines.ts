/** What lines of a shell's script look like, among other lines. */
import type { Line } from '../text.js';
import { CHANGES } from './iptables-commands.js';

const TOOL = String.raw`(?:(?:[\w./-]*/)?ip6?tables(?:-legacy|-nft)?|"?\$\{?\w+\}?"?)`;
/** A change of rules, with the options that stand before it. */
const CHANGE = String.raw`(?: +-(?:w|4|6|\w*v))*(?: +-w? ?\d+)?(?: +(?:-t|--table)[ =]?\S+)?(?: +-w)? +(?:${CHANGES}|-\w \S.{0,200} -[AIDRPNFXZE] )`;
/** A command of iptables that changes rules: by its name, or by a variable that has it. */
const COMMAND = new RegExp(
  String.raw`^\s*(?:(?:sudo|exec|then|do|else|if|!|&&|\|\||[{(]|[A-Za-z_]\w*=\S*) +){0,6}${TOOL}${CHANGE}`,
);
/** One that stands behind others, or in a loop or branch of one line. */
const INNER = new RegExp(String.raw`(?:[;&|({)]|\b(?:do|then|else))\s*(?:sudo +)?${TOOL}${CHANGE}`);
/** What another command stands behind: iptables -C RULE || iptables -A RULE. */
const CHECK = new RegExp(String.raw`^\s*(?:sudo +)?${TOOL} .{0,40}(?:-C|--check|-n?L|-S) `);
const RESTORE = /(?:^|[|;&\s/])ip6?tables(?:-legacy|-nft)?-restore\b/;
const SHELL =
  /^(?:(?:export|local|readonly|declare)\s+)?[A-Za-z_]\w*=(?:\S|$)|^(?:for\s+\w+\s+in\b|for\s*\(\(|while\b|until\b|if\b.*(?:\[|;|\bthen\b|!)|then\b|elif\b|else$|fi\b|do\b|done\b|case\s.*\sin$|esac\b|;;|\}|\{$|[\w-]+\s*\(\)\s*\{?|function\s+\w+|return\b|exit\b|set\s+-|(?:local|export|shift|break|continue|unset)\b|echo\b|printf\b|modprobe\b|sleep\b|:\s|\.\s+\/|source\s+\/)|^(?:"?\*"?|[\w|" -]{1,40})\)\s*(?:$|[\w$#])|^(?:\/\S*\/)?(?:sysctl\s+-w|echo\s)/;

/** Whether a line is a command that changes rules, at no prompt. */
export const isCommand = (line: string): boolean => {
  const text = line.slice(0, 400);
  // nearly all lines of most texts are none, and cost no more than this
  if (!/tables|\$/.test(text) || /^\s*#/.test(text)) return false;
  if (COMMAND.test(text) || ((SHELL.test(text.trimStart()) || CHECK.test(text)) && INNER.test(text))) return true;
  return RESTORE.test(text) && /<|\|/.test(text);
};

/** Whether a line may be one of a script, where one is around it. */
export const isShell = (text: string): boolean => SHELL.test(text.slice(0, 400));

/** The name of the function that a line begins. */
export const functionOf = (text: string): string | undefined =>
  /function|\(/.test(text.slice(0, 200))
    ? /^\s*(?:function\s+([\w-]+)|([\w-]+)\s*\(\))/.exec(text.slice(0, 200))?.slice(1).find(Boolean)
    : undefined;

/** The word that ends the here-document that a line begins. */
export const endOfHere = (text: string): string | undefined =>
  /<<-?\s*\\?["']?(\w+)["']?/.exec(text.slice(0, 1000))?.[1];

/** Whether a text is a script from its first line on. */
export const isScriptFrom = (lines: readonly Line[]): boolean =>
  /^#! ?\/\S*(?:sh|bash|env)\b/.test(
    lines
      .find(({ text }) => text.trim() !== '')
      ?.text.trim()
      .slice(0, 200) ?? '',
  );
