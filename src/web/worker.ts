/** The worker: a session, and the messages that go to it and come from it. messages.ts says what they are. */
import type { Answer, Request } from './messages.js';
import { pause } from './pause.js';
import { Session } from './session.js';

// the library is built without the types of a browser
declare const self: {
  onmessage: ((event: { readonly data: Request }) => void) | null;
  postMessage(answer: Answer): void;
};
const session = new Session((answer) => self.postMessage(answer), pause);
self.onmessage = ({ data }) => {
  session.take(data);
};
