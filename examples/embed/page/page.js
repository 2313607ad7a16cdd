/** The page: what is pasted goes to the worker, what it answers is shown. Pasted text is only ever put in as text. */
import { SAMPLE } from './sample.js';

const worker = new Worker('worker.js', { type: 'module' });
const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat('en');
const counted = (count, what) => `${number.format(count)} ${what}${count === 1 ? '' : 's'}`;

/** Requests that are not answered yet, by their numbers. */
const asked = new Map();
let last = 0;

/** Resolves by the last answer to a request; `onProgress` sees those before it. */
function ask(request, onProgress) {
  const id = ++last;
  worker.postMessage({ ...request, id });
  return new Promise((resolve, reject) => asked.set(id, { resolve, reject, onProgress }));
}

worker.onmessage = ({ data: answer }) => {
  const { resolve, reject, onProgress } = asked.get(answer.id);
  if (answer.type === 'progress') return onProgress?.(answer);
  asked.delete(answer.id);
  if (answer.type === 'failed') reject(answer.error);
  else resolve(answer);
};

const nameOf = ({ family, table, chain, rule }) => `${family} ${table} ${chain} ${rule}`;
/** Rules by their names, as the counters have them. */
let texts = new Map();

function show(id, text, bad = false) {
  $(id).hidden = text === '';
  $(id).textContent = text;
  $(id).classList.toggle('bad', bad);
}

/** Runs `then` where a form is sent; what goes wrong is shown in `where`. */
function onSubmit(form, where, then) {
  $(form).addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      await then(Object.fromEntries(new FormData($(form))));
    } catch (error) {
      show(where, error.text ?? String(error), true);
    }
  });
}

onSubmit('load', 'findings', async ({ rules, sets, addr, route }) => {
  show('read', 'reading…');
  show('findings', '');
  $('counters').hidden = true;
  const fields = { rules, 'ipset save': sets, 'ip addr': addr, 'ip route': route };
  const given = Object.entries(fields).filter(([, text]) => text.trim() !== '');
  const request = { type: 'load', texts: given.map(([name, text]) => ({ name, text })) };
  const loaded = await ask(request).finally(() => show('read', ''));
  texts = new Map(loaded.rules.map((one) => [nameOf(one), one.text.replace(/^-A \S+ ?/, '')]));
  const found = loaded.findings.map(({ severity, message, place }) =>
    place === undefined ? `${severity}: ${message}` : `${place.file}:${place.line}: ${severity}: ${message}`,
  );
  show('read', `${counted(loaded.rules.length, 'rule')}, ${counted(loaded.sets, 'set')}`);
  show('findings', found.join('\n'));
});

onSubmit('classify', 'counted', async ({ count, profile, seed }) => {
  const packets = { count: Number(count), profile, seed: Number(seed) };
  const began = performance.now();
  const request = { type: 'classify', packets };
  const answered = ask(request, ({ packets: done, of }) => {
    $('progress').value = done / of;
    show('counted', `${number.format(done)} of ${number.format(of)} packets`);
  });
  const id = last;
  $('cancel').disabled = false;
  $('cancel').onclick = () => worker.postMessage({ type: 'cancel', id });
  const { summary, partial } = await answered.finally(() => {
    $('cancel').disabled = true;
  });
  $('progress').value = partial ? $('progress').value : 1;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const fates = Object.entries(summary.fates).map(([fate, some]) => `${fate} ${number.format(some)}`);
  show(
    'counted',
    `${number.format(summary.packets)} packets${partial ? ', stopped' : ''} in ${seconds} s: ${fates.join(', ')}`,
  );
  showCounters(summary);
});

function showCounters({ packets: all, rules, policies }) {
  const rows = rules.map((one) => ({ ...one, text: texts.get(nameOf(one)) }));
  for (const policy of policies) {
    const isOf = ({ family, table, chain }) =>
      family === policy.family && table === policy.table && chain === policy.chain;
    const behind = rows.findLastIndex(isOf);
    const row = { ...policy, text: 'policy' };
    if (behind < 0) rows.push(row);
    else rows.splice(behind + 1, 0, row);
  }
  document.querySelector('#counters tbody').replaceChildren(...rows.map((row) => rowOf(row, all)));
  $('counters').hidden = false;
}

function rowOf({ family, table, chain, text, packets, bytes }, all) {
  const row = document.createElement('tr');
  row.classList.toggle('never', packets === 0);
  const place = `${family === 6 ? 'IPv6 ' : ''}${table} ${chain}`;
  for (const cell of [place, text, number.format(packets), number.format(bytes)]) row.insertCell().textContent = cell;
  row.cells[1].title = text;
  const meter = document.createElement('meter');
  meter.max = all;
  meter.value = packets;
  meter.title = `${((100 * packets) / all).toFixed(1)} %`;
  row.insertCell().append(meter);
  return row;
}

onSubmit('explain', 'story', async (fields) => {
  const given = Object.entries(fields).filter(([, value]) => value.trim() !== '');
  const packet = Object.fromEntries(given.map(([name, value]) => [name, value.trim()]));
  const { text } = await ask({ type: 'explain', packet });
  show('story', text);
});

for (const [name, text] of Object.entries(SAMPLE)) $('load').elements[name].value = text;
$('load').requestSubmit();
