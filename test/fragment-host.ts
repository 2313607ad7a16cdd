/** What tests of fragments of both families do with a host: `0-16+` is bytes 0 to 16 of the body, with more to come. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Gathered } from '../src/run/gathered.js';
import { toHex } from './kernel/packets.js';

export const BODY: Uint8Array = Uint8Array.from({ length: 70_000 }, (_, n) => n % 251);

export function rangeOf(text: string): { from: number; to: number; more: boolean } {
  const [, from, to, more] = /^(\d+)-(\d+)(\+?)$/.exec(text)!;
  return { from: Number(from), to: Number(to), more: more === '+' };
}

export abstract class FragmentHost<How> {
  abstract readonly queues: { readonly memory: number };
  abstract gather(text: string, how?: How): Gathered<string>;
  /** What came of it, in a word or a few. */
  abstract send(text: string, how?: How): string;
  whole(text: string, how?: How) {
    const gathered = this.gather(text, how);
    if (gathered.kind !== 'whole') throw new Error(`${text}: ${JSON.stringify(gathered)}`);
    return gathered.packet;
  }
  /** A first fragment and a last one that follows it: what came of the last. */
  two(first: How, last: How): string {
    this.send('0-8+', first);
    return this.send('8-12', last);
  }
}

export type Row<How> = [text: string, comes: string, how?: How];

export function expectRows<How>(host: FragmentHost<How>, rows: readonly Row<How>[], always?: Partial<How>): void {
  expect(rows.map(([text, , how]) => [text, host.send(text, { ...always, ...how } as How)])).toEqual(
    rows.map(([text, comes]) => [text, comes]),
  );
}

/** What came of the last of fragments that have these ECN fields. */
export function gatherEcn(host: FragmentHost<{ tos?: number }>, fields: string): Gathered<string> {
  const all = fields.split(' ').map((field) => 0xb8 | Number(field));
  const results = all.map((tos, n) => host.gather(`${8 * n}-${8 * n + 8}${n < all.length - 1 ? '+' : ''}`, { tos }));
  return results.at(-1)!;
}

/** Any cut in any order makes the packet again. */
export function expectWholeOfAnyCut(open: () => FragmentHost<object>, made: (length: number) => Uint8Array): void {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 180 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.integer({ min: 1450, max: 1480 }), cuts, fc.infiniteStream(fc.nat()), (length, eighths, order) => {
      const places = [0, ...eighths.map((n) => 8 * n).sort((a, b) => a - b), length];
      const texts = places.slice(1).map((to, n) => `${places[n]}-${to}${to < length ? '+' : ''}`);
      const mixed = texts.map((text) => [order.next().value!, text] as const).sort(([a], [b]) => a - b);
      const host = open();
      const results = mixed.map(([, text]) => host.gather(text));
      const last = results.pop()!;
      expect(results.every(({ kind }) => kind === 'waits')).toBe(true);
      expect(last.kind === 'whole' ? toHex(last.packet.bytes) : last.kind).toBe(toHex(made(length)));
      expect(host.queues.memory).toBe(0);
    }),
  );
}
