/**
 * Routing before the kernel itself: random hosts are built in network namespaces, and `ip route get` must answer as
 * the host that is read from their texts does. `PACKETWALK_SEED` takes another seed, `PACKETWALK_HOSTS` other numbers.
 */
import { describe, expect, it } from 'vitest';
import { Beside, Field, RouteLook } from '../../src/abi.js';
import type { Finding } from '../../src/model/finding.js';
import type { Host } from '../../src/model/host.js';
import { formatAddress, parseAddress, type Words } from '../../src/net/address.js';
import { Protocol } from '../../src/net/protocol.js';
import type { InputDecision, OutputDecision } from '../../src/run/decision.js';
import { Interfaces } from '../../src/run/interfaces.js';
import { Memory } from '../../src/run/memory.js';
import { RouteMemo } from '../../src/run/route-memo.js';
import { Routing4 } from '../../src/run/routing.js';
import { Draw, type Question, questionLine, randomHost, randomQuestion } from '../routing/random.js';
import { type HostTexts, readHost } from '../routing/read.js';
import { kernelMissing, kernelTitle } from './kernel.js';
import { ask, type RouteGet } from './route-get.js';

const SEED = Number(process.env.PACKETWALK_SEED ?? 1);
const HOSTS = Number(process.env.PACKETWALK_HOSTS ?? 60);
const QUESTIONS = 120;

const missing = kernelMissing();

function describeGet(answer: RouteGet | string): string {
  if (typeof answer === 'string') return answer;
  const gateway = answer.gateway ?? answer.via?.host;
  const source = answer.prefsrc === undefined ? '' : ` src ${answer.prefsrc}`;
  // a host of an anycast route is sent to like any other
  const type = answer.type === undefined || answer.type === 'anycast' ? 'unicast' : answer.type;
  return `${type} dev ${answer.dev}${gateway === undefined ? '' : ` via ${gateway}`}${source}`;
}

const words = (text: string): Words => parseAddress(text)!;
const REASONS: Readonly<Record<string, string>> = {
  'no-route': 'ENETUNREACH',
  unreachable: 'EHOSTUNREACH',
  prohibit: 'EACCES',
  blackhole: 'EINVAL',
  'forwarding-off': 'EHOSTUNREACH',
  'martian-source': 'EINVAL',
  'martian-destination': 'EINVAL',
  'rp-filter': 'EINVAL',
  'not-joined': 'EINVAL',
  'bad-source': 'EINVAL',
  'bad-destination': 'EINVAL',
  'link-down': 'ENETUNREACH',
};

/** All that `ip route get` may say, by what routing says. */
function expected(routing: Routing4, q: Question): string[] {
  const proto = q.proto === 'tcp' ? Protocol.Tcp : Protocol.Udp;
  const common = { mark: q.mark, tos: q.tos, proto, sport: q.sport, dport: q.dport, dst: words(q.dst) };
  if (q.iif !== undefined) {
    const src = words(q.src ?? '0.0.0.0');
    return describeInput(routing.input({ ...common, src, iif: q.iif, ttl: 64, length: 40, df: false }));
  }
  const src = q.src === undefined ? undefined : words(q.src);
  const decision = routing.output({ ...common, src, oif: q.oif, uid: q.uid, anySource: false });
  return describeOutput(decision, q.src);
}

const via = (gateway: Words | undefined): string => (gateway === undefined ? '' : ` via ${formatAddress(gateway)}`);

function describeInput(decision: InputDecision): string[] {
  switch (decision.kind) {
    case 'drop':
      return [REASONS[decision.reason]!];
    case 'local':
      return [`${decision.how === 'unicast' ? 'local' : decision.how} dev lo`];
    case 'forward':
      // what bc_forwarding lets through keeps the type of its route
      return ['unicast', 'broadcast'].map((type) => `${type} dev ${decision.oif}${via(decision.gateway)}`);
    case 'multipath':
      return decision.ways.flatMap((way) => describeInput(way.decision));
    default:
      return [`unknown ${decision.fact}`];
  }
}

function describeOutput(decision: OutputDecision, given: string | undefined): string[] {
  switch (decision.kind) {
    case 'error':
      return [REASONS[decision.reason]!];
    case 'send': {
      // it prints no source that was given, and none that is 0.0.0.0
      const chosen = (given === undefined || given === '0.0.0.0') && decision.source[0] !== 0;
      const source = chosen ? ` src ${formatAddress(decision.source)}` : '';
      return [`${decision.to} dev ${decision.oif}${via(decision.gateway)}${source}`];
    }
    case 'multipath':
      return decision.ways.flatMap((way) => describeOutput(way.decision, given));
    default:
      return [`unknown ${decision.fact}`];
  }
}

/** A finding is a fault of the parser here: the kernel's own texts are all understood. */
const readAll = (texts: HostTexts) => {
  const findings: Finding[] = [];
  const host = readHost(texts, { add: (finding) => findings.push(finding) });
  return { host, findings };
};

describe.skipIf(missing !== undefined)(kernelTitle('routing before the kernel'), () => {
  it(`${HOSTS} random hosts from seed ${SEED}`, { timeout: 600_000 }, () => {
    let asked = 0;
    for (let seed = SEED; seed < SEED + HOSTS; seed++) {
      const draw = new Draw(seed);
      const host = randomHost(draw);
      const own = host.batch.flatMap((line) => /^addr add ([\d.]+)/.exec(line)?.slice(1) ?? []);
      const questions = Array.from({ length: QUESTIONS }, () => randomQuestion(draw, own));
      const { texts, plain, answers } = ask(4, host, questions.map(questionLine));
      const json = readAll(texts);
      const text = readAll(plain);
      expect(json.findings, `seed ${seed}`).toEqual([]);
      expect(text.findings, `seed ${seed}`).toEqual([]);
      expect(text.host, `seed ${seed}: text and JSON`).toEqual(json.host);
      const routing = new Routing4(json.host);
      for (const [i, question] of questions.entries()) {
        const said = expected(routing, question);
        asked++;
        const answer = describeGet(answers[i]!);
        if (!said.includes(answer))
          expect.fail(`seed ${seed}: ${questionLine(question)}\nkernel: ${answer}\nhere:   ${said.join(' | ')}`);
      }
    }
    expect(asked).toBe(HOSTS * QUESTIONS);
  });

  it('is remembered for all packets of a kind', { timeout: 600_000 }, () => {
    for (let seed = SEED; seed < SEED + HOSTS; seed++) {
      const draw = new Draw(seed);
      const random = randomHost(draw);
      const own = random.batch.flatMap((line) => /^addr add ([\d.]+)/.exec(line)?.slice(1) ?? []);
      const { host } = readAll(ask(4, random, []).texts);
      const routing = new Routing4(host);
      const interfaces = new Interfaces(new Memory(), [], 64);
      const memo = new RouteMemo(routing, host, [], interfaces, 4);
      for (let i = 0; i < 500; i++) {
        const { src = '0.0.0.0', dst, iif, mark, tos, proto, sport, dport, uid } = randomQuestion(draw, own);
        const [ttl, length, df] = [i % 3, 40 + (i % 7) * 300, i % 2 === 1];
        const columns = Array.from({ length: Beside.Count }, () => new Uint32Array(1));
        const way = (look: RouteLook) => memo.wayOf(memo.find(look, columns, 0))!;
        const protocol = proto === 'tcp' ? Protocol.Tcp : Protocol.Udp;
        for (const [field, value] of [
          [Field.Src, words(src)[0]!],
          [Field.Dst, words(dst)[0]!],
          [Field.Mark, mark],
          [Field.Tos, tos],
          [Field.Proto, protocol],
          [Field.Sport, sport],
          [Field.Dport, dport],
          [Field.Ttl, ttl],
          [Field.Length, length],
          [Field.Frag, df ? 0x4000 : 0],
          [Field.InIf, interfaces.number(iif ?? '')],
          [Field.Uid, uid],
          [Beside.Raw, i % 5 === 0 ? 1 : 0],
        ] as const)
          columns[field]![0] = value;
        // the source counts where a packet of this host has none yet
        const known = (decision: InputDecision | OutputDecision, again = false) =>
          JSON.stringify(decision, (key, value) =>
            key === 'source' && (again || src !== '0.0.0.0') ? undefined : value,
          );
        const flow = { src: words(src), dst: words(dst), mark, tos, proto: protocol, sport, dport };
        const named = `seed ${seed}: ${src} > ${dst} iif ${iif} mark ${mark} tos ${tos} ttl ${ttl} length ${length} df ${df}`;
        if (iif !== undefined)
          expect(way(RouteLook.Input).decision, named).toEqual(routing.input({ ...flow, iif, ttl, length, df }));
        const chooses = i % 5 === 0;
        expect(known(way(RouteLook.Output).decision), named).toEqual(
          known(routing.output({ ...flow, src: chooses ? undefined : flow.src, uid, anySource: true })),
        );
        const again = way(RouteLook.Reroute);
        expect(known(again.decision, true), named).toEqual(known(routing.reroute(flow), true));
        if (again.decision.kind !== 'send') continue;
        const { oif, gateway } = again.decision;
        expect(again.masquerade, named).toEqual(routing.masqueradeAddress(oif, gateway ?? flow.dst));
      }
    }
  });

  it('derives the routes that the kernel makes of addresses', { timeout: 600_000 }, () => {
    let compared = 0;
    for (let seed = SEED; seed < SEED + HOSTS; seed++) {
      const host = randomHost(new Draw(seed));
      const batch = host.batch.filter((line) => /^(addr|link) /.test(line));
      const { texts } = ask(4, { ...host, batch, sysctls: [] }, []);
      const { host: given } = readAll(texts);
      // what an address brings that is a broadcast address too hangs on the order in which they came, which no text tells
      const broadcasts = new Set(
        given.routes?.filter(({ type }) => type === 'broadcast').map(({ address }) => address[0]),
      );
      if (given.addresses?.some(({ address }) => broadcasts.has(address[0]!))) continue;
      compared++;
      const { route: _, ...without } = texts;
      const { host: derived } = readAll(without);
      expect(routesOf(derived), `seed ${seed}`).toEqual(routesOf(given));
    }
    expect(compared).toBeGreaterThan(HOSTS / 2);
  });
});

/** In the order of their texts, without what links say by their carrier. */
const routesOf = (host: Host): string[] =>
  (host.routes ?? [])
    .filter(({ family, hops }) => family === 4 && !hops.every((hop) => hop.dead))
    .map(({ type, table, address, prefix, hops, source, scope }) => {
      const own = source === undefined ? '' : ` src ${formatAddress(source)}`;
      return `${table} ${type} ${formatAddress(address)}/${prefix} dev ${hops[0]?.link}${own} ${scope}`;
    })
    .sort();
