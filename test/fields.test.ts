/** Values of a packet's fields as they are written. */
import { expect, test } from 'vitest';
import { readJsonPacket } from '../src/input/json.js';

const hexOf = (hex: string): string => {
  const { packet } = readJsonPacket({ number: 1, text: JSON.stringify({ hex }), cut: false });
  return packet.kind === 'raw' ? Buffer.from(packet.bytes).toString('hex') : 'not raw';
};
const HEADER = '450000140000000040000000c0a80105c0a80101';

test.each([
  ['without anything between', HEADER],
  ['with colons between bytes', HEADER.replace(/..(?!$)/g, '$&:')],
  ['with blanks between words', HEADER.replace(/.{4}(?!$)/g, '$& ')],
  ['in lines', HEADER.replace(/.{16}/g, '$& \n')],
])('hex %s', (_, text) => {
  expect(hexOf(text)).toBe(HEADER);
});

test.each([
  ['a blank within a byte', HEADER.replace('45', '4 5')],
  ['half a byte', `${HEADER}0`],
  ['what is no digit', HEADER.replace('45', '4g')],
])('hex with %s is refused', (_, text) => {
  expect(() => hexOf(text)).toThrow('two digits a byte');
});

test('the longest packet is read at once', () => {
  const begin = performance.now();
  expect(() => hexOf('ab'.repeat(65575))).not.toThrow();
  expect(performance.now() - begin).toBeLessThan(1000);
});

test('null is no field of a packet, and a note where its name is none', () => {
  const text = '{"src":"10.0.0.1","dst":"10.0.0.2","dprt":null,"dport":null}';
  const { notes } = readJsonPacket({ number: 1, text, cut: false });
  expect(notes.map(({ code, place }) => [code, place?.column])).toEqual([['unknown-field', 36]]);
});
