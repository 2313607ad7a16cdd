/** Packets whose fields are spread over what they can be, whatever the rules test. */
import { FROM_HOST } from '../../model/batch.js';
import { anyFragment, anyProtocol, type Draft } from './draft.js';
import type { Draw } from './draw.js';
import type { Maker } from './maker.js';
import { OUTPUT, type Palette, Part } from './palette.js';
import { WayDraw } from './ways.js';

export class UniformPackets implements Maker {
  private readonly ways: WayDraw;

  constructor(
    private readonly palette: Palette,
    ways: number,
  ) {
    this.ways = new WayDraw(ways);
  }

  make(draw: Draw, draft: Draft): void {
    const { own, arriving } = this.palette;
    const way = this.ways.any(draw);
    draft[Part.Way] = way;
    draft[Part.In] = way === OUTPUT ? FROM_HOST : draw.of(arriving);
    draft[Part.Out] = draw.of(arriving);
    draft[Part.Src] = way === OUTPUT && own.length > 0 && draw.chance(224) ? draw.of(own) : draw.word();
    draft[Part.Dst] = draw.word();
    draft[Part.Proto] = anyProtocol(draw, this.palette.family);
    draft[Part.Sport] = draw.bits(16);
    draft[Part.Dport] = draw.bits(16);
    draft[Part.Flags] = draw.bits(8);
    draft[Part.Length] = anyLength(draw);
    draft[Part.Ttl] = 1 + draw.below(255);
    draft[Part.Tos] = draw.bits(8);
    draft[Part.Frag] = anyFragment(draw, draw.bits(8));
    draft[Part.Mark] = draw.chance(16) ? draw.word() : 0;
    draft[Part.Uid] = draw.bits(16);
    draft[Part.Gid] = draw.bits(16);
  }
}

/** Up to what an Ethernet carries; 1 in 64 up to what an IP packet holds. */
export const anyLength = (draw: Draw): number => (draw.chance(4) ? draw.within(20, 65535) : draw.within(20, 1500));
