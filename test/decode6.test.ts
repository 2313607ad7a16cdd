/** Packets of IPv6 as the core reads them: which header the rules see as the last, and what is written into them. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  Decoded,
  Field,
  FRAG_DONT,
  FRAG_MORE,
  NO_PROTOCOL,
  PACKET_AUTHENTICATED,
  PACKET_BAD_CHECKSUM,
  PACKET_BAD_HEADER,
  PACKET_FRAGMENT,
  Run,
} from '../src/abi.js';
import { compile } from '../src/compile/compile.js';
import { encodePacket } from '../src/input/encode.js';
import { readJsonPacket } from '../src/input/json.js';
import { finishSum, sumBytes } from '../src/net/checksum.js';
import { Stages } from '../src/run/stage.js';
import { loadCore } from '../src/run/wasm.js';

const HOP = 0;
const UDP = 17;
const FRAGMENT = 44;
const AH = 51;
const ICMPV6 = 58;
const NONE = 59;
const DESTINATION = 60;
const ADDRESSES = '20010db8000000000000000000000001 20010db8000000000000000000000002'.replaceAll(' ', '');
const PADDED = '0104 00000000';

/** Without checksums: of UDP 0 says that there is none. */
const UDP_HEADER = '0035 0036 0008 0000';

function hex(text: string): number[] {
  return (text.replaceAll(' ', '').match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
}
const byte = (value: number) => value.toString(16).padStart(2, '0');

/** A packet with these headers behind its own; `length`: what it says of theirs. */
function packet(first: number, rest: string, length = hex(rest).length): Uint8Array {
  const payload = byte(length >> 8) + byte(length & 255);
  return Uint8Array.from(hex(`6ab00000 ${payload}${byte(first)}40 ${ADDRESSES}${rest}`));
}

const encoded = (packet: object) =>
  encodePacket(readJsonPacket({ number: 1, text: JSON.stringify(packet), cut: false }).packet);

let stages: Stages;
beforeAll(async () => {
  stages = new Stages(await loadCore(), compile([], 6), 1 << 17, { fact: () => false });
});

const seen = () => ({
  proto: stages.field(0, Field.Proto),
  head: stages.field(0, Field.IpLen),
  behind: stages.field(0, Field.TransportLen),
  frag: stages.field(0, Field.Frag) & ~FRAG_DONT,
  ports: [stages.field(0, Field.Sport), stages.field(0, Field.Dport)],
  flags: stages.field(0, Field.Flags),
});
const WHOLE = { frag: 0, flags: 0 };
const PORTS = { ...WHOLE, ports: [0x35, 0x36] };
const NO_PORTS = { ...WHOLE, ports: [0, 0] };

const READ: readonly (readonly [what: string, bytes: Uint8Array, expected: Partial<ReturnType<typeof seen>>])[] = [
  ['no header between', packet(UDP, UDP_HEADER), { proto: UDP, head: 40, behind: 8, ...PORTS }],
  [
    'hop-by-hop options',
    packet(HOP, `${byte(UDP)}00${PADDED}${UDP_HEADER}`),
    { proto: UDP, head: 48, behind: 8, ...PORTS },
  ],
  [
    'hop-by-hop, destination, routing',
    packet(HOP, `3c00${PADDED} 2b01${PADDED}0106000000000000 ${byte(UDP)}00${PADDED}${UDP_HEADER}`),
    { proto: UDP, head: 72, behind: 8, ...PORTS },
  ],
  [
    'AH, which counts its length in fours',
    packet(AH, `${byte(UDP)}04 0000 00000001 00000002 ${'00'.repeat(12)}${UDP_HEADER}`),
    { proto: UDP, head: 64, behind: 8, ...PORTS, flags: PACKET_AUTHENTICATED },
  ],
  [
    'the first fragment',
    packet(FRAGMENT, `${byte(UDP)}00 0001 00000007 ${UDP_HEADER}`),
    { proto: UDP, head: 48, behind: 8, frag: FRAG_MORE, ports: [0x35, 0x36], flags: PACKET_FRAGMENT },
  ],
  [
    'the first fragment, whose checksum is judged as it is',
    packet(FRAGMENT, `${byte(UDP)}00 0001 00000007 0035 0036 0008 0001`),
    { frag: FRAG_MORE, flags: PACKET_FRAGMENT | PACKET_BAD_CHECKSUM },
  ],
  [
    'a fragment header that says nothing',
    packet(FRAGMENT, `${byte(UDP)}00 0006 00000007 ${UDP_HEADER}`),
    { ...PORTS, head: 48, flags: PACKET_FRAGMENT },
  ],
  [
    'a fragment header that is cut',
    packet(FRAGMENT, `${byte(UDP)}00`),
    { proto: NO_PROTOCOL, flags: PACKET_FRAGMENT | PACKET_BAD_HEADER },
  ],
  [
    'a later fragment',
    packet(FRAGMENT, `${byte(UDP)}00 0011 00000007 ${UDP_HEADER}`),
    { proto: UDP, head: 48, behind: 8, frag: FRAG_MORE + 2, ports: [0, 0], flags: PACKET_FRAGMENT | PACKET_BAD_HEADER },
  ],
  [
    'a later fragment of a header that others follow',
    packet(FRAGMENT, `${byte(DESTINATION)}00 0010 00000007 ${UDP_HEADER}`),
    { proto: NO_PROTOCOL, frag: 2, flags: PACKET_FRAGMENT | PACKET_BAD_HEADER },
  ],
  ['nothing', packet(NONE, ''), { proto: NONE, head: 40, behind: 0, ...NO_PORTS, flags: PACKET_BAD_HEADER }],
  [
    'a header that ends before its second byte',
    packet(DESTINATION, '11'),
    { proto: NO_PROTOCOL, ...NO_PORTS, flags: PACKET_BAD_HEADER },
  ],
  [
    'a header that is longer than the packet',
    packet(DESTINATION, `${byte(UDP)}05${PADDED}`),
    { proto: UDP, head: 48, behind: 0, flags: PACKET_BAD_HEADER },
  ],
  ['ICMP of IPv4', packet(1, '0800 0000 00000000'), { proto: 1, ...NO_PORTS }],
  ['ICMPv6, whose sum takes addresses in', packet(ICMPV6, '8000 2448 00000000'), { ports: [128, 0], flags: 0 }],
  ['one whose sum is wrong', packet(ICMPV6, '8000 2449 00000000'), { ports: [128, 0], flags: PACKET_BAD_CHECKSUM }],
  ['one that is cut', packet(ICMPV6, '8000 2448 0000'), { flags: PACKET_BAD_HEADER }],
];

describe('the last header', () => {
  test.each(READ)('%s', (_, bytes, expected) => {
    expect(stages.decode(0, bytes)).toBe(Decoded.Ok);
    expect(seen()).toMatchObject(expected);
    expect(stages.field(0, Field.Tos)).toBe(0xab);
    expect(stages.field(0, Field.Ttl)).toBe(64);
    expect([0, 3, 4, 7].map((word) => stages.field(0, Field.Src + word))).toEqual([0x20010db8, 1, 0x20010db8, 2]);
  });
});

test.each([
  ['39 bytes', packet(UDP, '').subarray(0, 39), Decoded.TooShort],
  ['fewer bytes than its length says', packet(UDP, UDP_HEADER, 9), Decoded.Truncated],
  ['more', packet(UDP, UDP_HEADER, 0), Decoded.Ok],
  ['no length, before hop-by-hop options', packet(HOP, `${byte(UDP)}00${PADDED}${UDP_HEADER}`, 0), Decoded.Ok],
  ['IPv4', encoded({ src: '10.0.0.1', dst: '10.0.0.2', proto: 'udp' }), Decoded.OtherFamily],
])('%s', (_, bytes, expected) => {
  expect(stages.decode(0, bytes)).toBe(expected);
});

test.each([
  [41, Decoded.Cut],
  [55, Decoded.Cut],
  [56, Decoded.Ok],
])('headers of which a capture has left %i bytes', (length, expected) => {
  const bytes = packet(DESTINATION, `${byte(UDP)}00${PADDED}${UDP_HEADER} 11223344`);
  stages.clearBytes();
  const at = stages.get(Run.Bytes) + stages.place(bytes.subarray(0, length))!;
  expect(stages.core.decode(0, at, length, bytes.length, 1)).toBe(expected);
});

describe('what is written into a packet', () => {
  const WRITTEN: readonly (readonly [Field, number])[] = [
    [Field.Ttl, 3],
    [Field.Tos, 0x5c],
    [Field.Src + 1, 0xfedcba98],
    [Field.Dst + 3, 0],
    [Field.Sport, 4321],
  ];
  test.each(['tcp', 'udp', 'icmpv6', 'udplite'])('%s', (proto) => {
    const given = encoded({ src: 'fd00::1', dst: 'fd00::2', proto, payload: '0102030405' });
    for (const [field, value] of WRITTEN) {
      expect(stages.decode(0, given)).toBe(Decoded.Ok);
      stages.rewrite(0, field, value);
      const after = stages.bytesOf(0);
      const before = stages.fields(0);
      // decoded anew it has the value, and checksums that hold
      expect(stages.decode(0, after)).toBe(Decoded.Ok);
      expect(stages.fields(0), `field ${field}`).toEqual(before);
      const covered = [...after.subarray(8, 40), 0, proto === 'icmpv6' ? ICMPV6 : after[6]!, 0, after.length - 40];
      if (proto !== 'udplite')
        expect(finishSum(sumBytes(Uint8Array.from([...covered, ...after.subarray(40)])))).toBe(0);
    }
  });
});
