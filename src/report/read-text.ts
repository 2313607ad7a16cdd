/** Why a test of a packet's bytes did not come out as wanted: what it read there, in words. */
import type { Test } from '../model/condition.js';
import { dccpTypeName } from '../net/dccp.js';
import * as HEADERS from './header-text.js';
import type { Message } from './lang/messages.js';
import { say } from './story.js';

/** Bundles for pages are built without it, and learn it with rules of IPv6, which alone have such tests. */
let headers: Pick<typeof HEADERS, 'headerText'> | undefined = 'headerText' in HEADERS ? HEADERS : undefined;

export function learnHeaders(learned: Pick<typeof HEADERS, 'headerText'>): void {
  headers = learned;
}

/** `held`: the test, without its `!`. `read`: what it read; undefined: there is no such place. */
export function readText(test: Test, held: boolean, read: number | undefined): Message {
  switch (test.kind) {
    case 'header6':
      return headers!.headerText(test, read);
    case 'u32': {
      if (read === undefined) return say('why.short', {});
      const { what } = test;
      if (what === undefined) return say('why.word', { value: hex(read) });
      return say('why.read', { what, value: what === 'dccp-type' ? dccpTypeName(read) : String(read) });
    }
    case 'tcp-mss':
      return say('why.mss', { mss: read ?? null });
    case 'tcp-option':
      return say('why.option', { protocol: 'TCP', option: test.option, held });
    case 'dccp-option':
      return say('why.option', { protocol: 'DCCP', option: test.option, held });
    case 'find':
      return say('why.pattern', { held });
    case 'sctp-chunks':
      return say('why.chunks', {});
    default:
      return say('why.bytes', {});
  }
}

const hex = (value: number): string => `0x${value.toString(16)}`;
