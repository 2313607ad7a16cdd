/** What people say of a host beside its texts, in the words of the command line: checked, and made part of the host. */
import { PacketwalkError } from '../errors.js';
import type { Finding } from '../model/finding.js';
import { type Host, type HostAddress, kernelRoute, TABLE_LOCAL } from '../model/host.js';
import { nearest } from '../model/nearest.js';
import { canonicalFact, isQuestion, QUESTION_FORMS } from '../model/question.js';
import { parseAddress } from '../net/address.js';
import { parsePrefix } from '../parse/host/iproute-values.js';
import { localRoutes } from '../parse/host/kernel-routes.js';
import type { EngineName } from './classifying.js';
import { isReadSysctl, SYSCTLS } from './host-conf.js';

export interface HostOptions {
  /** connection tracking; auto: on where a rule needs it, or where not all tables are known. */
  readonly tracking?: 'auto' | 'on' | 'off' | undefined;
  /** what packets open is remembered, and decides about those after them; off: each is the first of its connection. On where it is left out. */
  readonly connections?: 'on' | 'off' | undefined;
  /** open questions, settled: `set:NAME`, `set:NAME=no`, `local:ADDRESS`, `random` …, names filled in: `name:$PORT:8080`. */
  readonly assume?: readonly string[] | undefined;
  /** the host's own addresses, with or without their prefixes, where no text gives them. */
  readonly local?: readonly string[] | undefined;
  /** settings of the kernel: `net.ipv4.ip_forward=1`. */
  readonly sysctl?: readonly string[] | undefined;
  /** of what the kernel draws at random, from 0 to 0xffffffff; 1 where it is left out. */
  readonly seed?: number | undefined;
  /** what is not understood is an error. */
  readonly strict?: boolean | undefined;
  /** what classifies many packets: `bytecode` walks each, `columns` counts those alike together from the first on; `auto` where it pays. */
  readonly engine?: EngineName | undefined;
  /** MiB that tables may take by which packets alike are counted, from 1 to 3072; 256 where it is left out. */
  readonly memory?: number | undefined;
  /** errors stop nothing, open questions are no match, unknown targets do nothing. */
  readonly lenient?: boolean | undefined;
}

/** Answers by the names of questions. Throws PacketwalkError for what is no fact. */
export function assumptions(facts: readonly string[]): Map<string, boolean> {
  const answers = new Map<string, boolean>();
  for (const fact of facts) {
    const match = /^(.*?)(?:=(yes|no))?$/.exec(fact)!;
    if (match[1] === '' || match[1]!.includes('='))
      throw new PacketwalkError(`--assume ${fact}: FACT, FACT=yes or FACT=no was expected`, { code: 'bad-assumption' });
    if (!isQuestion(match[1]!))
      throw new PacketwalkError(`--assume ${fact}: "${match[1]}" is no fact`, {
        code: 'bad-assumption',
        hint: `a fact is ${QUESTION_FORMS.join(', ')}`,
      });
    answers.set(canonicalFact(match[1]!), match[2] !== 'no');
  }
  return answers;
}

/** The host with what was said of it. Throws PacketwalkError for what is no setting or address. */
export function withOptions(host: Host, { local, sysctl = [] }: HostOptions): Host {
  const sysctls = new Map(host.sysctls);
  for (const setting of sysctl) {
    const at = setting.indexOf('=');
    if (at < 1)
      throw new PacketwalkError(`--sysctl ${setting}: KEY=VALUE was expected`, {
        code: 'bad-sysctl',
        hint: 'as in --sysctl net.ipv4.ip_forward=1',
      });
    sysctls.set(sysctlKey(setting), setting.slice(at + 1).trim());
  }
  if (local === undefined) return { ...host, sysctls };
  const all = local.map((text) => hostAddress(text.trim()));
  const own = all.filter(({ family }) => family === 4);
  return {
    ...host,
    sysctls,
    // on which links they are is not known: without a text about addresses, the local table alone names them
    addresses: host.addresses === undefined ? undefined : [...host.addresses, ...own],
    routes: [
      ...(host.routes ?? []),
      ...localRoutes(own, undefined),
      // of IPv6 more would follow from an address: groups and the subnet's routers, by a link of that name
      ...all.flatMap(({ family, address }) =>
        family === 6 ? kernelRoute(LINK, { family, type: 'local', table: TABLE_LOCAL, address, prefix: 128 }) : [],
      ),
    ],
  };
}

/** A key that nothing reads changes nothing, and is said. */
export function unusedSysctls(settings: readonly string[]): Finding[] {
  return settings.flatMap((setting) => {
    const key = sysctlKey(setting);
    if (key === '' || isReadSysctl(key)) return [];
    const last = (one: string) => one.split('.').at(-1)!;
    const name = SYSCTLS.map(last).find((one) => one === last(key)) ?? nearest(last(key), SYSCTLS.map(last));
    const meant = SYSCTLS.find((one) => last(one) === name);
    const ask = meant === undefined ? '' : `; did you mean ${meant}?`;
    const message = `--sysctl ${setting}: no answer depends on ${key}${ask}`;
    return [{ severity: 'note', code: 'unused-sysctl', message }];
  });
}

const sysctlKey = (setting: string): string =>
  setting
    .slice(0, Math.max(0, setting.indexOf('=')))
    .trim()
    .replaceAll('/', '.');

/** With a prefix, as people copy it from `ip addr`, its network is known too. */
function hostAddress(text: string): HostAddress {
  const own = parseAddress(text.split('/')[0]!) && parsePrefix(text);
  if (own === undefined)
    throw new PacketwalkError(`--local ${text}: is not an address`, {
      code: 'bad-address',
      hint: 'as in --local 192.0.2.1',
    });
  return {
    ...own,
    link: LINK,
    peer: undefined,
    broadcast: undefined,
    scope: 'global',
    secondary: false,
  };
}

/** The interface of an address that only an option gave. */
const LINK = '?';
