/** The worker: a session, and the messages that go to it and come from it. messages.ts says what they are. */
import type { Answer, Request } from './messages.js';
import { Session } from './session.js';

// the library is built without the types of a browser
declare const self: {
  onmessage: ((event: { readonly data: Request }) => void) | null;
  postMessage(answer: Answer): void;
};
declare class MessageChannel {
  readonly port1: { onmessage: (() => void) | null };
  readonly port2: { postMessage(nothing: null): void };
}

// a message of our own is behind those that wait; a timer would wait for more than that
const channel = new MessageChannel();
const pause = () =>
  new Promise<void>((resolve) => {
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(null);
  });

const session = new Session((answer) => self.postMessage(answer), pause);
self.onmessage = ({ data }) => {
  session.take(data);
};
