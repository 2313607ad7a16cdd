import { match } from '../define.js';
import type { Listed } from '../listed.js';
import { quoted, text } from '../values.js';

/** comment_mt in net/netfilter/xt_comment.c: holds for every packet. iptables cuts a text after 255 bytes. */
export const comment = match({
  name: 'comment',
  about: 'a remark; it tests nothing',
  options: {
    comment: {
      value: {
        ...text(),
        printed: 'word',
        parse: ([word]: readonly string[]) => word!.slice(0, 255),
        print: (value: string) => [quoted(value)],
      },
      required: true,
    },
  },
  remark: true,
  lower: () => [],
});

export const commentListed: Listed = {
  begins: ['/*'],
  read(text) {
    const found = text.between('/*', '*/');
    if (found === undefined) return undefined;
    // one blank stands beside it on both sides
    const comment = found.text.replace(/^[ \t]/, '').replace(/[ \t]$/, '');
    return [
      { text: '--comment', at: found.at },
      { text: comment, at: found.at },
    ];
  },
};
