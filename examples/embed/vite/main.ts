/** One packet is told on the page itself; a hundred thousand are counted in the package's worker. */
/// <reference types="vite/client" />
import { compile, createEngine, en, explain, PacketwalkError, parse, readPacket, renderStory } from 'packetwalk';
import type { Answer, Request } from 'packetwalk/worker';
import PacketWorker from 'packetwalk/worker?worker';

const RULES = `*filter
:INPUT DROP [0:0]
-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT
COMMIT
`;

const find = <T extends HTMLElement>(id: string): T => document.querySelector<T>(`#${id}`)!;
const rules = find<HTMLTextAreaElement>('rules');
const port = find<HTMLInputElement>('port');
const engine = createEngine();

async function tell(): Promise<void> {
  try {
    const host = await (await engine).load(compile(parse([{ name: 'rules', text: rules.value }])));
    const fields = { in: 'eth0', src: '198.51.100.7', dst: '203.0.113.10', proto: 'tcp', dport: port.value };
    const story = explain(host, readPacket({ ...fields, path: 'input' }).packet);
    find('fate').textContent = story.fate;
    find('story').textContent = renderStory(story, en, { colour: false, width: 100 });
  } catch (error) {
    if (!(error instanceof PacketwalkError)) throw error;
    find('fate').textContent = '';
    find('story').textContent = error.format();
  }
}

const worker: Worker = new PacketWorker();
const ask = (request: Request) => worker.postMessage(request);
worker.onmessage = ({ data: answer }: MessageEvent<Answer>) => {
  if (answer.type === 'failed') find('bulk').textContent = answer.error.text;
  if (answer.type !== 'classified') return;
  const { packets, fates } = answer.summary;
  find('bulk').textContent = `${fates.delivered ?? 0} of ${packets} packets are delivered`;
};
function count(): void {
  ask({ type: 'load', id: 1, texts: [{ name: 'rules', text: rules.value }] });
  ask({ type: 'classify', id: 2, packets: { count: 100_000 } });
}

rules.value = RULES;
rules.addEventListener('change', count);
for (const field of [rules, port]) field.addEventListener('input', tell);
count();
await tell();
