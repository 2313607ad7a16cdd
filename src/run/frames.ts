/** Whom the frame is for that a packet came in: skb->pkt_type, as far as it was given. */
import { Field, LINK_TYPE_MASK, LINK_TYPE_SHIFT, LinkType } from '../abi.js';
import type { Stages } from './stage.js';

const frameOf = (stages: Stages, slot: number): LinkType =>
  (stages.field(slot, Field.Link) & LINK_TYPE_MASK) >>> LINK_TYPE_SHIFT;

/** Another host: ip_rcv_core, ip6_rcv_core. */
export const isForOther = (stages: Stages, slot: number): boolean => frameOf(stages, slot) === LinkType.OtherHost;

/** More than one host: ip_forward, ip6_forward let none such through. */
export const isForMany = (stages: Stages, slot: number): boolean => frameOf(stages, slot) > LinkType.Unicast;
