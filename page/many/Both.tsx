/** A packet's way by either ruleset, side by side. */
import { signal, useSignal } from '@preact/signals';
import type { PacketDescription } from '../../dist/index.js';
import type { SideName, TellingOf, Told } from '../../dist/web/desk/messages.js';
import { Headline, Steps } from '../parts/Steps.js';
import { engine, language, question } from '../state.js';
import { words } from '../words.js';

/** What is shown; undefined: no packet was chosen. */
export const both = signal<Readonly<Record<SideName, Told>> | undefined>(undefined);

/** Asks both. Throws an EngineFailure. */
export async function showBoth(packet: PacketDescription): Promise<void> {
  const ask = (side: SideName) => {
    const { assume } = question.value;
    return engine.ask({ type: 'ask', question: { side, packet, until: 'first', assume, language: language.value } });
  };
  both.value = { first: await ask('first'), second: await ask('second') };
}

export const Both = () => {
  const { many } = words.value;
  if (both.value === undefined) return null;
  const { first, second } = both.value;
  return (
    <div class="both">
      <div>
        <h3>{many.these}</h3>
        <One telling={first.packets[0]!} />
      </div>
      <div>
        <h3>{many.others}</h3>
        <One telling={second.packets[0]!} />
      </div>
    </div>
  );
};

const One = ({ telling }: { readonly telling: TellingOf }) => {
  const { steps } = telling;
  const at = useSignal(steps.length - 1);
  const last = steps.length - 1;
  const go = (to: number) => {
    at.value = Math.max(0, Math.min(last, to));
  };
  return (
    <>
      <Headline telling={telling} />
      <Steps words={words.value} steps={steps} at={Math.min(at.value, last)} go={go} />
    </>
  );
};
