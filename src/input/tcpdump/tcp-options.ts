/** TCP options in the words of tcpdump (print-tcp.c): `mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7`. */

const bytesOf = (value: string, size: number): number[] => {
  const number = BigInt(value);
  return Array.from({ length: size }, (_, i) => Number((number >> BigInt(8 * (size - 1 - i))) & 0xffn));
};
const hexBytes = (digits: string): number[] => (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));

const OPTIONS: readonly (readonly [RegExp, (match: RegExpExecArray) => number[]])[] = [
  [/^nop$/, () => [1]],
  [/^eol$/, () => [0]],
  [/^mss (\d+)$/, ([, size]) => [2, 4, ...bytesOf(size!, 2)]],
  [/^wscale (\d+)$/, ([, shift]) => [3, 3, Number(shift)]],
  [/^sackOK$/, () => [4, 2]],
  [
    /^sack \d+ ((?:\{\d+:\d+\})+)$/,
    ([, blocks]) =>
      withLength(
        5,
        blocks!.match(/\d+/g)!.flatMap((edge) => bytesOf(edge, 4)),
      ),
  ],
  [/^TS val (\d+) ecr (\d+)$/, ([, value, echo]) => [8, 10, ...bytesOf(value!, 4), ...bytesOf(echo!, 4)]],
  [/^tfo +cookiereq$/, () => [34, 2]],
  [/^tfo +cookie ([0-9a-f]+)$/, ([, cookie]) => withLength(34, hexBytes(cookie!))],
  [/^unknown-(\d+)(?: 0x([0-9a-f]+))?$/, ([, kind, data]) => withLength(Number(kind), hexBytes(data ?? ''))],
];

const withLength = (kind: number, data: readonly number[]): number[] => [kind, data.length + 2, ...data];

/** The options' bytes; or the text of the first that is not read, since nothing behind it has its place. */
export function optionBytes(text: string): number[] | string {
  const all: number[] = [];
  for (const option of text.split(',')) {
    const found = OPTIONS.map(([pattern, make]) => ({ make, match: pattern.exec(option) })).find(
      ({ match }) => match !== null,
    );
    if (found === undefined) return option;
    all.push(...found.make(found.match!));
  }
  return all.length > 40 ? text : all;
}
