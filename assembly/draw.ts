/** Numbers that stand for what the kernel draws at random. */
import { Field, Run } from '../src/abi';
import { getField, ofRun, setField } from './packet';

/**
 * The packet's next number of 32 bits, out of the run's seed, the packet's own number and how many were drawn for it: the
 * same whatever other packets drew, so that batches and workers do not change it. Two rounds of murmur3's finalizer.
 */
export function draw(packet: u32): u32 {
  const drawn = getField(packet, Field.Draws);
  setField(packet, Field.Draws, drawn + 1);
  return mixed(mixed(ofRun(Run.Seed) + getField(packet, Field.Serial) * 0x9e3779b1) + drawn * 0x85ebca6b);
}

function mixed(value: u32): u32 {
  value ^= value >> 16;
  value *= 0x85ebca6b;
  value ^= value >> 13;
  value *= 0xc2b2ae35;
  return value ^ (value >> 16);
}
