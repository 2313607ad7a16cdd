/** MASQUERADE that does not say by which interface packets leave. */
import { Field, TranslateKind } from '../../abi.js';
import type { FindingKind } from './kind.js';
import type { ChainView, Ruleset, RuleView } from './ruleset.js';

/** Rules of POSTROUTING itself: what leads to other chains says more. */
function* masquerading(rules: Ruleset): Generator<{ readonly view: RuleView; readonly chain: ChainView }> {
  const chain = rules.table('nat')?.hook('POSTROUTING');
  if (chain === undefined) return;
  for (const view of chain.rules)
    if (
      view.actions.some((action) => action.kind === 'translate' && action.translation.kind === TranslateKind.Masquerade)
    )
      yield { view, chain };
}

export const masqueradeEverything: FindingKind = {
  code: 'masquerade-everything',
  severity: 'warning',
  title: 'MASQUERADE for every packet',
  about:
    'The rule says neither by which interface (-o) nor from where (-s): all that leaves the host gets the address of the interface it leaves by, what goes into the own network too. Hosts there see this one as the source of everything: logs and rules by address lose their meaning, and packets between two of its networks look as if they came from it. Name the interface that leads outside: -o eth0.',
  example: ['*nat\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n'],
  looksLike: ['*nat\n:OUT - [0:0]\n-A POSTROUTING -o eth0 -j OUT\n-A OUT -j MASQUERADE\nCOMMIT\n'],
  find(rules, report) {
    for (const { view, chain } of masquerading(rules)) {
      // rules before it may have taken what must not be masqueraded
      const spared = chain.rules
        .slice(0, chain.rules.indexOf(view))
        .some((one) => chain.takes(one) || chain.next(one) !== undefined);
      if (view.always && !spared)
        report.rule(
          view.rule,
          'every packet that leaves gets another source, by whatever interface: -o names the one outside',
        );
    }
  },
};

/** What a rule may ask for that is no more than where packets come from. */
const FROM: ReadonlySet<Field> = new Set([Field.Src, Field.Src + 1, Field.Src + 2, Field.Src + 3, Field.Proto]);

export const masqueradeWithoutInterface: FindingKind = {
  code: 'masquerade-without-interface',
  severity: 'note',
  title: 'MASQUERADE by source alone',
  about:
    'The rule masquerades what comes from a network, by whatever interface it leaves: also into other networks of this host, where the real source would have been of use. Mostly it does no harm. -o with the interface that leads outside, or ! -d with the own network, says what is meant.',
  example: ['*nat\n-A POSTROUTING -s 10.8.0.0/24 -j MASQUERADE\nCOMMIT\n'],
  looksLike: ['*nat\n-A POSTROUTING -s 10.8.0.0/24 ! -d 10.8.0.0/24 -j MASQUERADE\nCOMMIT\n'],
  find(rules, report) {
    for (const { view } of masquerading(rules)) {
      const { numbers, interfaces, tests, open } = view.limits;
      const bySource = numbers.size > 0 && [...numbers.keys()].every((field) => FROM.has(field));
      if (bySource && interfaces.size === 0 && tests.size === 0 && !open)
        report.rule(
          view.rule,
          'no -o says by which interface: packets into other networks of this host are masqueraded too',
        );
    }
  },
};
