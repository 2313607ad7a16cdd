/** Arrays of packets that are too short would read as zeros. */
import { PacketwalkError } from '../errors.js';

/** Throws PacketwalkError for an array that has fewer values than `each` for each of so many packets. */
export function checkLength(name: string, { length }: { readonly length: number }, count: number, each = 1): void {
  if (length < each * count)
    throw new PacketwalkError(`${name}: ${length} values for ${count} packets`, { code: 'bad-batch' });
}
