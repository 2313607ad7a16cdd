/**
 * Routing of IPv6 before the kernel itself, as routing.kernel.test.ts has it of IPv4: random hosts are built in network
 * namespaces, and `ip -6 route get` must find what the host that is read from their texts finds. What becomes of a packet
 * on its route stands in routing6-packets.kernel.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { Beside, Field, RouteLook } from '../../src/abi.js';
import type { Finding } from '../../src/model/finding.js';
import { type Hop, type Host, type Route, TABLE_MAIN } from '../../src/model/host.js';
import { formatAddress, parseAddress, sameWords, type Words } from '../../src/net/address.js';
import { Protocol } from '../../src/net/protocol.js';
import type { InputDecision, OutputDecision } from '../../src/run/decision.js';
import type { Lookup, RouteError } from '../../src/run/fib.js';
import { Interfaces } from '../../src/run/interfaces.js';
import { isOwn } from '../../src/run/ipv6/fib.js';
import { RoutingHost6 } from '../../src/run/ipv6/host.js';
import { routersOf } from '../../src/run/ipv6/kernel-routes.js';
import { isLoopback, needsLink } from '../../src/run/ipv6/kinds.js';
import { lookupOutput } from '../../src/run/ipv6/route-output.js';
import { Routing6 } from '../../src/run/ipv6/routing.js';
import { Memory } from '../../src/run/memory.js';
import { RouteMemo } from '../../src/run/route-memo.js';
import { Draw, type Question, questionLine } from '../routing/random.js';
import { ownAddresses6, randomHost6, randomQuestion6 } from '../routing/random6.js';
import { type HostTexts, readHost } from '../routing/read.js';
import { kernelMissing, kernelTitle } from './kernel.js';
import { ask, type RouteGet } from './route-get.js';

const SEED = Number(process.env.PACKETWALK_SEED ?? 1);
const HOSTS = Number(process.env.PACKETWALK_HOSTS ?? 60);
const QUESTIONS = 120;

const missing = kernelMissing();

const ERRNO: Readonly<Record<RouteError, string>> = {
  'no-route': 'ENETUNREACH',
  unreachable: 'EHOSTUNREACH',
  prohibit: 'EACCES',
  blackhole: 'EINVAL',
};
const words = (text: string): Words => parseAddress(text)!;
const named = (type: string, dev: string, gateway: string | undefined, source: string | undefined): string =>
  `${type} dev ${dev}${gateway === undefined ? '' : ` via ${gateway}`}${source === undefined ? '' : ` src ${source}`}`;

/** What the kernel answers; the source that it prints is one of its own, whatever was asked for. */
const answerOf = (answer: RouteGet | string, { src }: Question): string =>
  typeof answer === 'string'
    ? answer
    : named(answer.type ?? 'unicast', answer.dev!, answer.gateway, src === undefined ? answer.prefsrc : undefined);

/** All that it may be, by what routing finds. */
function expected(host: RoutingHost6, q: Question): string[] {
  const proto = q.proto === 'tcp' ? Protocol.Tcp : Protocol.Udp;
  const { oif, mark, tos, sport, dport } = q;
  // INVALID_UID, of a packet that comes in: it is 0 of a real one (inet6_rtm_getroute)
  const uid = q.iif === undefined ? q.uid : -1;
  const flow = { src: words(q.src ?? '::'), dst: words(q.dst), oif, mark, tos, proto, sport, dport, uid };
  const found: Lookup =
    q.iif === undefined
      ? lookupOutput(host, flow)
      : host.fib.lookup({ ...flow, iif: q.iif }, host.fib.byScore(q.iif, needsLink(flow.dst)));
  if (found.kind === 'unknown') return [`unknown ${found.fact}`];
  if (found.kind === 'error') return [ERRNO[found.error]];
  const { route, hops } = found;
  return hops.map((hop) => {
    const dev = isOwn(route) ? 'lo' : hop.link!;
    const source = q.src === undefined ? sourceOf(host, route, hop, flow.dst) : undefined;
    return named(route.type, dev, hop.gateway && formatAddress(hop.gateway), source);
  });
}

function sourceOf(host: RoutingHost6, route: Route, hop: Hop, dst: Words): string | undefined {
  const source = route.source ?? host.select(hop.link, dst);
  return source === undefined ? undefined : 'kind' in source ? source.fact : formatAddress(source);
}

/** A finding is a fault of the parser here: the kernel's own texts are all understood. */
function readAll(texts: HostTexts, seed: number): Host {
  const findings: Finding[] = [];
  const host = readHost(texts, { add: (finding) => findings.push(finding) });
  expect(findings, `seed ${seed}`).toEqual([]);
  return host;
}

describe.skipIf(missing !== undefined)(kernelTitle('routing of IPv6 before the kernel'), () => {
  it(`${HOSTS} random hosts from seed ${SEED}`, { timeout: 600_000 }, () => {
    let asked = 0;
    for (let seed = SEED; seed < SEED + HOSTS; seed++) {
      const draw = new Draw(seed);
      const drawn = randomHost6(draw);
      const own = ownAddresses6(drawn);
      // the kernel here cannot print the way of a packet that came in for a group
      const questions = Array.from({ length: QUESTIONS }, () => randomQuestion6(draw, own)).filter(
        ({ iif, dst }) => iif === undefined || !dst.startsWith('ff'),
      );
      const { texts, plain, answers } = ask(6, drawn, questions.map(questionLine));
      const given = readAll(texts, seed);
      expect(readAll(plain, seed), `seed ${seed}: text and JSON`).toEqual(given);
      const host = new RoutingHost6(given);
      for (const [i, question] of questions.entries()) {
        const answer = answerOf(answers[i]!, question);
        const said = expected(host, question);
        asked++;
        if (!said.includes(answer))
          expect.fail(`seed ${seed}: ${questionLine(question)}\nkernel: ${answer}\nhere:   ${said.join(' | ')}`);
      }
    }
    expect(asked).toBeGreaterThan(HOSTS * QUESTIONS * 0.8);
  });

  it('is remembered for all packets of a kind', { timeout: 600_000 }, () => {
    for (let seed = SEED; seed < SEED + HOSTS; seed++) {
      const draw = new Draw(seed);
      const drawn = randomHost6(draw);
      const given = readAll(ask(6, drawn, []).texts, seed);
      const routing = new Routing6(given);
      const interfaces = new Interfaces(new Memory(), [], 64);
      const memo = new RouteMemo(routing, given, [], interfaces, 6);
      for (let i = 0; i < 200; i++) {
        const q = randomQuestion6(draw, ownAddresses6(drawn));
        const proto = q.proto === 'tcp' ? Protocol.Tcp : Protocol.Udp;
        const { mark, tos, sport, dport, uid, iif = 't0' } = q;
        const flow = { src: words(q.src ?? '::'), dst: words(q.dst), mark, tos, proto, sport, dport };
        const [ttl, length] = [i % 3, 1200 + (i % 7) * 60];
        const columns = Array.from({ length: Beside.Count }, () => new Uint32Array(1));
        const values: Partial<Record<Field | Beside, number>> = {
          [Field.Mark]: mark,
          [Field.Tos]: tos,
          [Field.Proto]: proto,
          [Field.Sport]: sport,
          [Field.Dport]: dport,
          [Field.Ttl]: ttl,
          [Field.Length]: length,
          [Field.InIf]: interfaces.number(iif),
          [Field.Uid]: uid,
          [Beside.Oif]: interfaces.number(iif),
        };
        for (const [field, value] of Object.entries(values)) columns[Number(field)]![0] = value;
        for (let word = 0; word < 4; word++) {
          columns[Field.Src + word]![0] = flow.src[word]!;
          columns[Field.Dst + word]![0] = flow.dst[word]!;
        }
        // the source counts where a packet of this host has none yet
        const known = (decision: InputDecision | OutputDecision, again: boolean) =>
          JSON.stringify(decision, (key, value) => (key === 'source' && (again || q.src !== undefined) ? 0 : value));
        const found = (look: RouteLook) => memo.wayOf(memo.find(look, columns, 0))!.decision;
        const named = `seed ${seed}: ${JSON.stringify(q)} ttl ${ttl} length ${length}`;
        expect(found(RouteLook.Input), named).toEqual(routing.input({ ...flow, iif, ttl, length, df: false }));
        expect(known(found(RouteLook.Output), false), named).toEqual(known(routing.output({ ...flow, uid }), false));
        expect(known(found(RouteLook.Reroute), true), named).toEqual(
          known(routing.reroute({ ...flow, leaves: iif }), true),
        );
      }
    }
  });

  it('derives the routes that the kernel makes of addresses', { timeout: 600_000 }, () => {
    let compared = 0;
    for (let seed = SEED; seed < SEED + HOSTS; seed++) {
      const drawn = randomHost6(new Draw(seed));
      // what comes up without a carrier gets the route of all groups with its next address
      const isLink = (line: string) => line.startsWith('link ') && line.includes('group');
      const batch = [...drawn.batch.filter(isLink), ...drawn.batch.filter((line) => line.startsWith('addr '))];
      const { texts } = ask(6, { ...drawn, batch }, []);
      const given = new RoutingHost6(readAll(texts, seed));
      // which of two stays that are one address hangs on the order in which they came, which no text tells
      const routers = given.addresses!.map((own) => routersOf(own));
      if (given.addresses!.some(({ address }) => routers.some((one) => one && sameWords(one, address)))) continue;
      compared++;
      const { route: _, ...without } = texts;
      const derived = new RoutingHost6(readAll(without, seed));
      expect(routesOf(derived), `seed ${seed}`).toEqual(routesOf(given));
    }
    expect(compared).toBeGreaterThan(HOSTS / 4);
  });
});

/** The loopback address stands in table local, and in table main of some kernels too; a link without addresses has all groups too. */
const routesOf = ({ fib, addresses }: RoutingHost6): string[] =>
  fib.routes
    .filter(({ address, table, hops }) => {
      const loopback = table === TABLE_MAIN && isLoopback(address);
      return !loopback && addresses!.some(({ link }) => link === hops[0]!.link);
    })
    .map(
      ({ type, table, address, prefix, hops, metric }) =>
        `${table} ${type} ${formatAddress(address)}/${prefix} dev ${hops[0]!.link} metric ${metric}`,
    )
    .sort();
