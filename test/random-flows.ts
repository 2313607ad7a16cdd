/** Flows of packets, drawn by a seed and interleaved by their times, through a host that translates most of them. */
import type { PacketDescription } from '../src/input/json.js';
import { bytesOf } from './captures.js';
import { rulesOf } from './classify/steps.js';
import { flowPacket } from './flow-packets.js';
import { piece } from './kernel/packets/pieces.js';
import { toHex } from './kernel/packets.js';
import { Draw } from './routing/random.js';

/** Rules that ask of connections what there is to ask, for the host of classify/steps.ts. */
export const FLOW_RULES = rulesOf({
  raw: ['PREROUTING -p udp -m udp --dport 9999 -j CT --notrack', 'PREROUTING -i eth1 -m ttl --ttl-eq 9 -j CT --zone 4'],
  mangle: [
    'PREROUTING -j CONNMARK --restore-mark',
    'PREROUTING -i eth1 -p tcp -m mark --mark 0 -j MARK --set-mark 3',
    'PREROUTING -m conntrack --ctstatus ASSURED -j MARK --set-xmark 8/8',
    'PREROUTING -j CONNMARK --save-mark',
    'POSTROUTING -m mark --mark 0xb',
  ],
  nat: [
    'PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.9:8080',
    'PREROUTING -i eth0 -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353',
    'POSTROUTING -o eth0 -s 10.0.0.0/16 -p udp -m udp --dport 123 -j SNAT --to-source 192.0.2.1:7000-7003',
    'POSTROUTING -o eth0 -s 10.0.0.0/16 -j MASQUERADE',
  ],
  filter: [
    ...['INVALID', 'NEW', 'ESTABLISHED', 'RELATED', 'UNTRACKED', 'SNAT', 'DNAT'].map(
      (state) => `FORWARD -m conntrack --ctstate ${state}`,
    ),
    'FORWARD -m conntrack --ctdir REPLY',
    'FORWARD -p tcp -m tcp --dport 22 -m conntrack --ctstate ESTABLISHED -j REJECT --reject-with tcp-reset',
    'FORWARD -p udp -m udp --dport 666 -j DROP',
    'INPUT -m conntrack --ctstate NEW -m limit --limit 1/sec --limit-burst 3 -j ACCEPT',
    'INPUT -m conntrack --ctexpire 1:60',
    'INPUT -m conntrack --ctstate NEW -j DROP',
  ],
});

const SECOND_HALF = 16;

/** In the order of their times, which begin at some hundred seconds. */
export function drawFlows(seed: number, flows: number): PacketDescription[] {
  const draw = new Draw(seed);
  const packets = Array.from({ length: flows }, (_, number) => {
    let time = 200 + draw.below(60_000) / 1000;
    return drawFlow(draw, number).map((packet) => {
      const timed = { ...packet, time };
      time = Math.round(1000 * (time + draw.of([0, 0.001, 0.02, 0.5, 2.5, 40, 130]))) / 1000;
      return timed;
    });
  }).flat();
  return packets.sort((a, b) => a.time - b.time);
}

function drawFlow(draw: Draw, number: number): PacketDescription[] {
  const inside = `10.0.0.${5 + draw.below(4)}`;
  const outside = `198.51.100.${1 + draw.below(3)}`;
  const port = 4000 + draw.below(6);
  switch (draw.below(6)) {
    case 0:
      return tcpFlow(draw, `${inside}:${port}`, `${outside}:${draw.of([22, 443])}`, `192.0.2.1:${port}`);
    case 1:
      return tcpFlow(draw, `${outside}:${port}`, '192.0.2.1:80', undefined);
    case 2: {
      const [client, server] = [`${inside}:${port}`, `${outside}:${draw.of([123, 666, 4500, 9999])}`];
      const [there, back] = [`udp ${client} > ${server}`, `udp ${server} > 192.0.2.1:${port}`];
      const error = `icmp 203.0.113.1 > 192.0.2.1 type=${draw.of([3, 11])} about udp 192.0.2.1:${port} > ${server}`;
      return drawSome(draw, [there, there, back, there, back, error, there]).map(flowPacket);
    }
    case 3:
      return ['type=8', 'type=8', 'type=8 ttl=9']
        .map((words) => flowPacket(`icmp ${inside} > ${outside} id=7 ${words}`))
        .concat(flowPacket(`icmp ${outside} > 192.0.2.1 id=7 type=0`));
    case 4: {
      const packet = flowPacket(`udp ${outside}:${port} > 192.0.2.1:53 length=60`);
      return [...cut(packet, number), packet, flowPacket(`udp 192.0.2.1:5353 > ${outside}:${port}`)];
    }
    default:
      return drawSome(draw, ['R', 'SA', 'A', 'FPU', 'S']).map((flags) =>
        flowPacket(`tcp ${inside}:${port} > ${outside}:443 ${flags} seq=${draw.below(1e6)} ack=${draw.below(1e6)}`),
      );
  }
}

/** A handshake, data, a close, and the beginning of the next; some are lost, some come twice. */
function tcpFlow(draw: Draw, client: string, server: string, seen: string | undefined): PacketDescription[] {
  const [there, back] = [
    `tcp ${client} > ${server}`,
    `tcp ${seen === undefined ? '10.0.0.9:8080' : server} > ${seen ?? client}`,
  ];
  const first = draw.below(1e6);
  const answer = draw.below(1e6);
  const at = (own: number, other: number) => `seq=${first + own} ack=${answer + other}`;
  const from = (own: number, other: number) => `seq=${answer + own} ack=${first + other}`;
  const steps = [
    `${there} S seq=${first}`,
    `${back} SA ${from(0, 1)}`,
    `${there} A ${at(1, 1)}`,
    `${there} PA ${at(1, 1)} length=140`,
    `${back} A ${from(1, 101)}`,
    `${there} A ${at(9_000_000, 1)}`,
    draw.chance(20) ? `${back} R seq=${answer + 1}` : `${there} FA ${at(101, 1)}`,
    `${back} FA ${from(1, 102)}`,
    `${there} A ${at(102, 2)}`,
    `${there} S seq=${first + 90_000}`,
  ];
  return drawSome(draw, steps).map(flowPacket);
}

/** Some are lost, and some come twice: so many in a hundred each. */
export const drawSome = <T>(draw: Draw, all: readonly T[], odd = 12): T[] =>
  all.flatMap((one) => (draw.chance(odd) ? [] : draw.chance(odd) ? [one, one] : [one]));

/** In two pieces, of which the last comes first: the second half begins behind so many bytes of what IP carries. */
export function cut(packet: PacketDescription, number: number, middle = SECOND_HALF): PacketDescription[] {
  const bytes = bytesOf(packet);
  const whole = {
    body: bytes.subarray(20),
    id: 1 + number,
    src: [...bytes.subarray(12, 16)],
    dst: [...bytes.subarray(16, 20)],
  };
  const pieces = [piece(whole, middle, whole.body.length, {}), piece(whole, 0, middle, { more: true })];
  return pieces.map((hex) => ({ in: 'eth0', hex: toHex(hex) }));
}
