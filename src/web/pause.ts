/** Lets the messages in that wait, in the midst of work. */

// the library is built without the types of a browser
declare class MessageChannel {
  readonly port1: { onmessage: (() => void) | null };
  readonly port2: { postMessage(nothing: null): void };
}

// a message of our own is behind those that wait; a timer would wait for more than that
const channel = new MessageChannel();
export const pause = () =>
  new Promise<void>((resolve) => {
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(null);
  });
