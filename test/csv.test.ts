/** Packets from CSV: the same fields as JSON, and errors with their place. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PacketwalkError } from '../src/errors.js';
import { CsvReader } from '../src/input/csv.js';
import { encodePacket } from '../src/input/encode.js';
import { readJsonPacket } from '../src/input/json.js';
import type { InputLine } from '../src/input/lines.js';
import type { Packet } from '../src/model/packet.js';
import { mutated } from './fuzz/mutate.js';

const lineOf = (text: string, number = 1): InputLine => ({ number, text, cut: false });
const reader = (header: string) => new CsvReader(lineOf(header), 'p.csv');
const readCsv = (header: string, row: string) => reader(header).read(lineOf(row, 2));
const readJson = (packet: object) => readJsonPacket(lineOf(JSON.stringify(packet)));

const SENDER = { src: '192.0.2.1', dst: '198.51.100.7' };

test.each<[header: string, row: string, json: object]>([
  ['src,dst', '192.0.2.1,198.51.100.7', SENDER],
  ['dst,src', '198.51.100.7,192.0.2.1', SENDER],
  ['in,src,dst', 'eth0,192.0.2.1,198.51.100.7', { in: 'eth0', ...SENDER }],
  ['in,src,dst', 'null,192.0.2.1,198.51.100.7', { in: null, ...SENDER }],
  ['in,src,dst', ',192.0.2.1,198.51.100.7', SENDER],
  ['src,dst,proto,dport', '192.0.2.1,198.51.100.7,tcp,https', { ...SENDER, proto: 'tcp', dport: 'https' }],
  ['src,dst,proto,dport', '192.0.2.1,198.51.100.7,17,0x35', { ...SENDER, proto: 17, dport: 53 }],
  ['src,dst,flags', '192.0.2.1,198.51.100.7,"SYN,ACK"', { ...SENDER, flags: 'SYN,ACK' }],
  ['"src","dst"', '"192.0.2.1","198.51.100.7"', SENDER],
  ['src,dst,in', '192.0.2.1,198.51.100.7,"a""b,c"', { in: 'a"b,c', ...SENDER }],
  [' src , dst ', ' 192.0.2.1 ,\t"198.51.100.7" ', SENDER],
  ['src,dst,df,mf', '192.0.2.1,198.51.100.7,TRUE,0', { ...SENDER, df: true, mf: false }],
  ['src,dst,time', '192.0.2.1,198.51.100.7,1.25', { ...SENDER, time: 1.25 }],
  ['src,dst,time', '192.0.2.1,198.51.100.7,2026-01-01T00:00:00Z', { ...SENDER, time: '2026-01-01T00:00:00Z' }],
  ['src,dst,mark,path', '192.0.2.1,198.51.100.7,7,forward', { ...SENDER, mark: 7, path: 'forward' }],
  ['hex', '4500001400000000400000007f0000017f000001', { hex: '4500001400000000400000007f0000017f000001' }],
  ['src,dst,groups,classid', '192.0.2.1,198.51.100.7,"4,0x1b",10:1', { ...SENDER, groups: [4, 27], classid: 0x100001 }],
  ['src,dst,socket,cgroup', '192.0.2.1,198.51.100.7,no,a/b/', { ...SENDER, socket: false, cgroup: '/a/b' }],
  ['src,dst,policy', '192.0.2.1,198.51.100.7,"[{""spi"":1}]"', { ...SENDER, policy: [{ spi: 1 }] }],
  ['src,dst,"",colour', '192.0.2.1,198.51.100.7,x,blue', SENDER],
])('%s / %s', (header, row, json) => {
  expect(readCsv(header, row).packet).toEqual(readJson(json).packet);
});

/** The text that a place marks. */
const marked = ({ place }: { readonly place?: PacketwalkError['place'] }): string =>
  place!.source.slice(place!.column - 1, place!.column - 1 + place!.length);

test.each<[header: string, row: string, message: RegExp, marked: string]>([
  ['source,destination', '', /the columns src and dst are missing: found source, destination/, 'source,destination'],
  ['src,proto', '', /the column dst is missing: found src, proto/, 'src,proto'],
  ['src;dst', '', /are missing: found src;dst/, 'src;dst'],
  ['src,dst,src', '', /src: the column stands there twice/, 'src'],
  ['src,dst', '192.0.2.300,192.0.2.1', /src: "192.0.2.300" is not an address/, '192.0.2.300'],
  ['src,dst', '192.0.2.1,', /dst: the destination address is missing/, ''],
  ['src,dst,dport', '192.0.2.1,192.0.2.2, "70000"', /dport: "70000" is not a port/, '"70000"'],
  ['src,dst,df', '192.0.2.1,192.0.2.2,maybe', /df: "maybe" is not true or false/, 'maybe'],
  ['src,dst,groups', '192.0.2.1,192.0.2.2,4 x', /groups: "4 x" is not a list of numbers/, '4 x'],
  ['src,dst,realm', '192.0.2.1,192.0.2.2,4x', /realm: "4x" is not a realm/, '4x'],
  ['src,dst,cpu', '192.0.2.1,192.0.2.2,-1', /cpu: "-1" is not a whole number/, '-1'],
  ['src,dst,policy', '192.0.2.1,192.0.2.2,"[1"', /policy: "\[1" is not "none", or states of IPsec/, '"[1"'],
  ['src,dst', '192.0.2.1', /a row of 1 cell, where the first line names 2 columns/, ''],
  ['src,dst', '192.0.2.1,192.0.2.2,80', /a row of 3 cells, where the first line names 2 columns/, '80'],
  ['src,dst', '"192.0.2.1,192.0.2.2', /the quote is not closed in this line/, '"192.0.2.1,192.0.2.2'],
  ['src,dst', '"192.0.2.1"x,192.0.2.2', /a comma was expected/, 'x'],
  ['src,dst', '192"0.2.1,192.0.2.2', /a quote inside a cell/, '"'],
])('%s / %s is refused', (header, row, message, text) => {
  const refused = (): unknown => {
    try {
      return readCsv(header, row);
    } catch (error) {
      return error;
    }
  };
  const error = refused() as PacketwalkError;
  expect(error).toBeInstanceOf(PacketwalkError);
  expect(error.message).toMatch(message);
  expect(marked(error)).toBe(text);
  expect(error.place).toMatchObject({ file: 'p.csv', line: row === '' ? 1 : 2 });
});

test('columns that are no fields are said once, with their place', () => {
  const { notes } = reader('src,dst,colour,');
  expect(notes.map(({ message, place }) => [message, place!.column])).toEqual([
    ['colour: not a field of a packet, and not used', 9],
    ['a column without a name, and not used', 16],
  ]);
});

test.each([
  ['dst_port', 'dport'],
  ['srcport', 'sport'],
  ['source', 'src'],
  ['ip.dst', 'dst'],
  ['tcp.srcport', 'sport'],
  ['destination_address', 'dst'],
  ['Protocol', 'proto'],
  ['lenght', 'length'],
  ['bytes', undefined],
])('the column %s is told as %s', (name, meant) => {
  const said = reader(`hex,${name}`).notes.map(({ message }) => /did you mean (\S+)\?/.exec(message)?.[1]);
  expect(said).toEqual([meant]);
});

test('a field that the packet does not have is noted where it stands', () => {
  const { notes } = readCsv('src,dst,proto,sport', '192.0.2.1,192.0.2.2,icmp,80');
  expect(notes.map((note) => [note.code, marked(note)])).toEqual([['unused-field', '80']]);
});

test('a line that was cut is refused', () => {
  expect(() => reader('src,dst').read({ number: 2, text: '192.0.2.1,192.0.2.2', cut: true })).toThrow('longer than');
});

const HEADER = 'in,src,dst,proto,sport,dport,flags,length,ttl,df,time';
const ROW = '"eth0",192.0.2.1,198.51.100.7,tcp,51000,443,"SYN,ACK",60,64,true,0.000010';

function dealWith(header: string, row: string): void {
  const lines = [header, row];
  try {
    const { packet, notes } = readCsv(header, row);
    for (const { place } of notes) checkPlace(place!, lines);
    encode(packet);
  } catch (error) {
    if (!(error instanceof PacketwalkError)) throw error;
    error.format();
    checkPlace(error.place!, lines);
  }
}

function encode(packet: Packet): void {
  try {
    encodePacket(packet);
  } catch (error) {
    if (!(error instanceof PacketwalkError)) throw error;
  }
}

function checkPlace(place: NonNullable<PacketwalkError['place']>, lines: readonly string[]): void {
  const { line, column, length, source } = place;
  expect(source).toBe(lines[line - 1]);
  expect(column).toBeGreaterThan(0);
  expect(length).toBeGreaterThan(0);
  expect(column - 1 + length).toBeLessThanOrEqual(Math.max(source.length, column));
}

test.each([
  ['header', (text: string) => dealWith(text, ROW)],
  ['row', (text: string) => dealWith(HEADER, text)],
])('whatever a %s is, it is read or refused with its place', (which, run) => {
  const seeds = which === 'header' ? [HEADER] : [ROW];
  fc.assert(
    fc.property(mutated(seeds), (text) => run(text.replace(/[\r\n]/g, ' '))),
    { numRuns: Number(process.env.PACKETWALK_FUZZ ?? 400) },
  );
});

test('quotes and commas by the hundred thousand are read or refused at once', () => {
  const begun = performance.now();
  for (const text of ['"'.repeat(500_000), `"${'""'.repeat(250_000)}`, ','.repeat(500_000), `${'x'.repeat(500_000)}"`])
    dealWith(HEADER, text);
  expect(performance.now() - begun).toBeLessThan(5000);
});
