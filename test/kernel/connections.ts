/** Tables of connections as text, a line each, as `conntrack -L -o extended` prints them; and how two of them differ. */

interface Line {
  /** all but its timeout, and what says nothing of the connection. */
  readonly text: string;
  readonly timeout: number;
}

function read(line: string): Line {
  const [, head, timeout, rest] = /^(ipv[46] +\d+ \S+ +\d+) (\d+) (.*)$/.exec(line) ?? ['', line, '0', ''];
  const text = `${head} ${rest}`.replaceAll(/ (?:use|id)=\d+/g, '').replaceAll(/ +/g, ' ');
  return { text: text.trim(), timeout: Number(timeout) };
}

const sorted = (lines: readonly string[]): Line[] =>
  lines.map(read).sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.timeout - b.timeout));

/** The lines that one has and the other has not; timeouts may be a second apart, since both look at another moment. */
export function connectionDifferences(kernel: readonly string[], ours: readonly string[]): string[] {
  const left = sorted(ours);
  const missing: string[] = [];
  for (const { text, timeout } of sorted(kernel)) {
    const at = left.findIndex((line) => line.text === text && Math.abs(line.timeout - timeout) <= 1);
    if (at < 0) missing.push(`connections, kernel: ${text}, for ${timeout} s`);
    else left.splice(at, 1);
  }
  return [...missing, ...left.map(({ text, timeout }) => `connections, here: ${text}, for ${timeout} s`)];
}
