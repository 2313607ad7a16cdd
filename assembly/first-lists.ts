/** The first rule of a long list that takes each packet, as a class of its key: src/run/columns/first-lists.ts (FirstWord). */
import { COLUMN_BYTES, FirstWord, StepWord } from '../src/abi';
import { firstMatch } from './first-match';
import { at, word } from './packet';

/** Adds what the packet's rule adds, of `count` packets from `first` on. */
export function addFirst(step: usize, first: usize, to: usize, count: u32): void {
  const list: usize = word(step, StepWord.Table);
  const found: usize = word(list, FirstWord.Found);
  const sources = <usize>word(list, FirstWord.Source) + (first << 2);
  const destinations = <usize>word(list, FirstWord.Destination) + (first << 2);
  let sourcePorts: usize = word(list, FirstWord.SourcePort);
  let destinationPorts: usize = word(list, FirstWord.DestinationPort);
  let protocols: usize = word(list, FirstWord.Protocol);
  if (word(list, FirstWord.Wide) != 0) {
    const narrow: usize = word(list, FirstWord.Narrow);
    cut<u16>(sourcePorts + (first << 2), narrow, count);
    cut<u16>(destinationPorts + (first << 2), narrow + COLUMN_BYTES / 2, count);
    cut<u8>(protocols + (first << 2), narrow + COLUMN_BYTES, count);
    sourcePorts = narrow;
    destinationPorts = narrow + COLUMN_BYTES / 2;
    protocols = narrow + COLUMN_BYTES;
  } else {
    sourcePorts += first << 1;
    destinationPorts += first << 1;
    protocols += first;
  }
  const least: usize = word(list, FirstWord.Least);
  let part: usize = word(list, FirstWord.Parts);
  const end = part + (word(list, FirstWord.PartCount) << 3);
  for (let isFirst = true; part < end; part += 8, isFirst = false) {
    firstMatch(word(part, 0), sources, destinations, sourcePorts, destinationPorts, protocols, count, found);
    const addends: usize = word(part, 1);
    for (let i: usize = 0; i < count << 2; i += 4) {
      const addend = at(addends, load<u32>(found + i));
      store<u32>(least + i, isFirst ? addend : min<u32>(load<u32>(least + i), addend));
    }
  }
  for (let i: usize = 0; i < count << 2; i += 4) store<u32>(to + i, load<u32>(to + i) + load<u32>(least + i));
}

/** Words as they are, without their upper bits. */
function cut<Narrow>(from: usize, to: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++) store<Narrow>(to + i * sizeof<Narrow>(), <Narrow>load<u32>(from + (i << 2)));
}
