/** What lines of a shell's script look like, among other lines. */

const VARIABLE = String.raw`"?\$\{?\w+\}?"?`;
/** A command of iptables that changes rules: by its name, or by a variable that has it. */
const COMMAND = new RegExp(
  String.raw`^\s*(?:(?:sudo|exec|then|do|else|if|!|&&|\|\||[{(]|[A-Za-z_]\w*=\S*) +){0,6}(?:(?:[\w./-]*/)?ip6?tables(?:-legacy|-nft)?|${VARIABLE})(?: +-(?:w|4|6|\w*v))*(?: +-w? ?\d+)?(?: +(?:-t|--table)[ =]?\S+)?(?: +-w)? +(?:-[AIDRPNFXZE]\b|--(?:append|insert|delete|replace|policy|new-chain|flush|delete-chain|zero|rename-chain)\b)`,
);
const RESTORE = /(?:^|[|;&\s/])ip6?tables(?:-legacy|-nft)?-restore\b/;
const SHELL =
  /^(?:(?:export|local|readonly|declare)\s+)?[A-Za-z_]\w*=(?:\S|$)|^(?:for\s+\w+\s+in\b|while\b|until\b|if\b.*(?:\[|;|\bthen\b|!)|then\b|elif\b|else$|fi\b|do\b|done\b|case\s.*\sin$|esac\b|;;|\}|\{$|[\w-]+\s*\(\)\s*\{?|function\s+\w+|return\b|exit\b|set\s+-|(?:local|export|shift|break|continue|unset)\b|echo\b|printf\b|modprobe\b|sleep\b|:\s|\.\s+\/|source\s+\/)|^(?:"?\*"?|[\w|" -]{1,40})\)\s*(?:$|[\w$#])|^(?:\/\S*\/)?(?:sysctl\s+-w|echo\s)/;

/** Whether a line is a command that changes rules, at no prompt. */
export const isCommand = (line: string): boolean => {
  const text = line.slice(0, 400);
  return (
    (COMMAND.test(text) || (RESTORE.test(text) && /<|\|/.test(text) && !/^\s*#/.test(text))) && !/^\s*#/.test(text)
  );
};

/** Whether a line may be one of a script, where one is around it. */
export const isShell = (text: string): boolean => SHELL.test(text.slice(0, 400));

/** The word that ends the here-document that a line begins. */
export const endOfHere = (text: string): string | undefined =>
  /<<-?\s*\\?["']?(\w+)["']?/.exec(text.slice(0, 1000))?.[1];
