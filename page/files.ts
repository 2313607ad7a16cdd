/** Files that were dropped or opened: captures are counted, all else is text. */
import { addTexts } from './state.js';

/** First bytes of pcap in either order of bytes and either unit of time, of pcapng, and of gzip. */
const CAPTURES = ['d4c3b2a1', 'a1b2c3d4', '4d3cb2a1', 'a1b23c4d', '0a0d0d0a', '1f8b'];

export async function takeFiles(files: FileList | null | undefined): Promise<void> {
  // the list is emptied when the event that it came with is over
  const given = [...(files ?? [])];
  const kinds = await Promise.all(given.map(isCapture));
  const texts = given.filter((_, i) => !kinds[i]);
  if (texts.length > 0)
    addTexts(await Promise.all(texts.map(async (file) => ({ name: file.name, text: await file.text() }))));
  const capture = given.find((_, i) => kinds[i]);
  if (capture === undefined) return;
  const { countCapture } = await import('./many/state.js');
  await countCapture(capture);
}

async function isCapture(file: File): Promise<boolean> {
  const first = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const hex = [...first].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return CAPTURES.some((magic) => hex.startsWith(magic));
}
