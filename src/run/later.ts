/** Parts of the library that pages have as files of their own, beside the one that asks for them: build.mjs makes them. */
import { PacketwalkError } from '../errors.js';

/** `part`: the import() of a file; throws PacketwalkError where it is not there. */
export async function later<Part>(name: string, part: Promise<Part>): Promise<Part> {
  try {
    return await part;
  } catch (cause) {
    throw new PacketwalkError(`${name} could not be loaded: ${(cause as Error).message}`, {
      code: 'part-missing',
      hint: "it belongs beside the library's own file",
      cause,
    });
  }
}
