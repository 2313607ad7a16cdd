/** The worker of the page for people. desk/messages.ts says what goes to it and comes from it. */
import { createEngine } from '../index.js';
import { Desk } from './desk/desk.js';
import type { DeskAnswer, DeskRequest } from './desk/messages.js';
import { pause } from './pause.js';

// the library is built without the types of a browser
declare const self: {
  onmessage: ((event: { readonly data: DeskRequest }) => void) | null;
  postMessage(answer: DeskAnswer): void;
};

// the core is compiled while texts come and are read; who needs it waits for the same one, and hears what is wrong
createEngine().catch(() => {});

const desk = new Desk((answer) => self.postMessage(answer), pause);
self.onmessage = ({ data }) => {
  desk.take(data);
};
