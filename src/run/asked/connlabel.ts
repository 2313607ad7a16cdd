/** connlabel_mt of net/netfilter/xt_connlabel.c: labels of a connection, which rules set as well. */
import { Field } from '../../abi.js';
import type { ConnlabelTest } from '../../model/host-test.js';
import type { State } from '../host-states.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { connectionAt, hasTemplate } from './connection.js';

interface Labels {
  /** Undefined: nobody told. */
  hasLabel(label: string): boolean | undefined;
  setLabel(label: string): void;
}

/** Where no connections are remembered: labels of the one that a packet begins, as long as that is on its way. */
class FirstLabels implements State, Labels {
  constructor(
    private serial: number | undefined = undefined,
    private labels = new Set<string>(),
  ) {}

  of(serial: number): Labels {
    if (serial !== this.serial) this.labels = new Set();
    this.serial = serial;
    return this;
  }
  hasLabel(label: string): boolean {
    return this.labels.has(label);
  }
  setLabel(label: string): void {
    this.labels.add(label);
  }
  copy(): FirstLabels {
    return new FirstLabels(this.serial, new Set(this.labels));
  }
}

export function connlabel({ label, set }: ConnlabelTest, asking: Asking): TestAnswer {
  const labels = labelsAt(asking);
  if (labels === 'unknown') return undefined;
  const has = labels?.hasLabel(label);
  if (labels !== undefined && set) labels.setLabel(label);
  if (labels === undefined) return false;
  if (has !== undefined || set) asking.tell(() => ({ what: 'connlabel', label, has, set }));
  return set || has;
}

/** Undefined: the packet has no connection. */
function labelsAt(asking: Asking): Labels | undefined | 'unknown' {
  const connection = connectionAt(asking);
  if (connection === 'none' || hasTemplate(asking)) return undefined;
  if (connection === 'unknown') return connection;
  if (connection === 'first') return asking.state(() => new FirstLabels()).of(asking.field(Field.Serial));
  return asking.setup.connections!.table.notes!.get(connection);
}
