/** Accounting objects of a namespace, made without nfacct, which few machines have. */

export interface Accounted {
  readonly name: string;
  readonly packets?: number;
  readonly bytes?: number;
  readonly quota?: { readonly of: 'packets' | 'bytes'; readonly most: number };
}

/** With quotas and without, some of them spent. */
export const OBJECTS: readonly Accounted[] = [
  { name: 'plain', packets: 3 },
  { name: 'a packets', packets: 3, quota: { of: 'packets', most: 5 } },
  { name: 'bytes', bytes: 60, quota: { of: 'bytes', most: 200 } },
  { name: 'over', packets: 9, bytes: 100, quota: { of: 'packets', most: 3 } },
  { name: 'none', quota: { of: 'bytes', most: 0 } },
  { name: 'both', quota: { of: 'packets', most: 2 } },
  { name: 'turns', bytes: 2 ** 52, quota: { of: 'bytes', most: 2 ** 52 + 100 } },
];
/** NFNL_MSG_ACCT_NEW of nfnetlink_acct.h for each name, packets, bytes, flags of the quota, quota. */
const MAKE = `socket(my $s, 16, 3, 12) || die;
sub attribute { my ($type, $data) = @_; pack("SSa*", 4 + length $data, $type, $data) . "\\0" x (-length($data) & 3) }
while (my ($name, $packets, $bytes, $flags, $quota) = splice @ARGV, 0, 5) {
  my $m = pack("CCn", 0, 0, 0) . attribute(1, "$name\\0") . attribute(2, pack "Q>", $packets) . attribute(3, pack "Q>", $bytes);
  $m .= attribute(5, pack "N", $flags) . attribute(6, pack "Q>", $quota) if $flags;
  send($s, pack("LSSLLa*", 16 + length $m, 7 << 8, 0x405, 0, 0, $m), 0);
  recv($s, my $answer, 4096, 0);
  die "$name: " . unpack("x16l", $answer) if unpack("x16l", $answer);
}`;

const COMMAND = `perl -e '${MAKE}' `;

/** The command that makes them. */
export function accounting(...objects: readonly Accounted[]): string {
  const words = objects.flatMap(({ name, packets = 0, bytes = 0, quota }) => {
    const flags = quota === undefined ? 0 : quota.of === 'packets' ? 1 : 2;
    return [`'${name}'`, packets, bytes, flags, quota?.most ?? 0];
  });
  return COMMAND + words.join(' ');
}

/** What `nfacct list` prints of them. */
export const accountingList = (...objects: readonly Accounted[]): string =>
  objects
    .map(({ name, packets = 0, bytes = 0, quota }) => {
      const digits = (number: number) => String(number).padStart(20, '0');
      const limit =
        quota && `, quota = ${digits(quota.most)}, mode = ${quota.of === 'bytes' ? 'byte' : 'packet'}, overquota = no`;
      return `{ pkts = ${digits(packets)}, bytes = ${digits(bytes)}${limit ?? ''} } = ${name};\n`;
    })
    .join('');

/** The same of those that commands make. */
export const accountedBy = (setup: readonly string[]): string =>
  accountingList(
    ...setup
      .filter((command) => command.startsWith(COMMAND))
      .flatMap((command) => [...command.slice(COMMAND.length).matchAll(/'([^']*)' (\d+) (\d+) (\d) (\d+)/g)])
      .map(([, name, packets, bytes, flags, most]): Accounted => {
        const quota = { of: flags === '1' ? 'packets' : 'bytes', most: Number(most) } as const;
        return { name: name!, packets: Number(packets), bytes: Number(bytes), ...(flags !== '0' && { quota }) };
      }),
  );
