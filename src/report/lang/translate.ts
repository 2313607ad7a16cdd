/**
 * Messages that are made in English where they arise, in another language. A catalogue has their templates: `{}` stands for
 * what is filled in, `{a|b}` for one of these texts, and a backslash takes from a brace or bar its meaning. In the other
 * language `{0}` is what stands in the first of these places, itself translated where it is known; `{1|x|y}` is x where the
 * second is a, y where it is b.
 *
 *     '{}: port {} is {not |}in {}' → '{0}: ポート {1} は {3} に{2|含まれない|含まれる}'
 */
export type Catalogue = Readonly<Record<string, string>>;

type Part = string | { readonly place: number; readonly choices: readonly string[] };

/** The parts of a template; places are numbered as they come, unless `numbered` by themselves. */
export function partsOf(template: string, numbered: boolean): Part[] {
  const parts: Part[] = [];
  let place = 0;
  for (const [, escaped, inside, plain] of template.matchAll(/\\([\\{}|])|\{([^{}]*)\}|([^\\{}]+|\\)/g))
    if (inside === undefined) {
      const text = escaped ?? plain!;
      const last = parts.at(-1);
      if (typeof last === 'string') parts[parts.length - 1] = last + text;
      else parts.push(text);
    } else {
      const [first, ...others] = inside.split('|');
      if (numbered) parts.push({ place: Number(first), choices: others });
      else parts.push({ place: place++, choices: others.length === 0 ? [] : [first!, ...others] });
    }
  return parts;
}

/** One way to read a template: each choice has been made. */
interface Form {
  /** texts between the places that are free: one more than those. */
  readonly texts: readonly string[];
  /** the free places, in the order of the template; quoted: what stands there is somebody's own text. */
  readonly places: readonly { readonly place: number; readonly quoted: boolean }[];
  readonly chosen: ReadonlyMap<number, number>;
  readonly weight: number;
  readonly words: readonly Part[];
}

function formsOf(template: string, words: string): Form[] {
  let forms: { texts: string[]; places: number[]; chosen: Map<number, number> }[] = [
    { texts: [''], places: [], chosen: new Map() },
  ];
  const append = (texts: readonly string[], text: string) => [...texts.slice(0, -1), texts.at(-1)! + text];
  for (const part of partsOf(template, false))
    forms = forms.flatMap(({ texts, places, chosen }) => {
      if (typeof part === 'string') return [{ texts: append(texts, part), places, chosen }];
      if (part.choices.length === 0) return [{ texts: [...texts, ''], places: [...places, part.place], chosen }];
      return part.choices.map((choice, i) => ({
        texts: append(texts, choice),
        places,
        chosen: new Map([...chosen, [part.place, i]]),
      }));
    });
  const target = partsOf(words, true);
  return forms.map(({ texts, places, chosen }) => ({
    texts,
    places: places.map((place, i) => ({ place, quoted: texts[i]!.endsWith('"') && texts[i + 1]!.startsWith('"') })),
    chosen,
    weight: texts.join('').length,
    words: target,
  }));
}

/** What stands in the free places; undefined: the text is none of this form. Looks for each text once, the first it finds. */
function fillingOf({ texts }: Form, text: string): string[] | undefined {
  const first = texts[0]!;
  if (texts.length === 1) return text === first ? [] : undefined;
  const last = texts.at(-1)!;
  const end = text.length - last.length;
  if (!text.startsWith(first) || end < first.length || !text.endsWith(last)) return undefined;
  const filling: string[] = [];
  let at = first.length;
  for (const between of texts.slice(1, -1)) {
    const found = text.indexOf(between, at);
    if (found < 0 || found + between.length > end) return undefined;
    filling.push(text.slice(at, found));
    at = found + between.length;
  }
  return [...filling, text.slice(at, end)];
}

/**
 * Where a message that no template has is parted: an option before what is wrong with it, one reason behind another. A
 * catalogue may have other words for them.
 */
export const JOINTS = ['; ', ': ', ', ', ' and '];
/** A phrase that is put behind a message: `; did you mean eth0?`. */
const isTail = ({ texts }: Form): boolean => /^[ ,;:(]./.test(texts[0]!);
const JOINTS_TRIED = 6;
/** Characters that are looked at beside those of a message itself: what a long one holds stays as it is. */
const MOST_LOOKED_AT = 5000;
/** No text of so many is parted. */
const MOST_PARTED = 1000;

/** Translates messages by a catalogue; what it does not know stays as it is. */
export function translator(catalogue: Catalogue): (message: string) => string {
  const entries = Object.entries(catalogue).filter(([template]) => !JOINTS.includes(template));
  const forms = new Forms(entries.flatMap(([template, words]) => formsOf(template, words)));
  return (message) =>
    message
      .split('\n')
      .map((line) => {
        const text = line.trimStart();
        const reading = new Reading(forms, catalogue, line.length);
        const [whole, rest] = [reading.read(line), reading.read(text)];
        return whole.known > rest.known ? whole.text : line.slice(0, line.length - text.length) + rest.text;
      })
      .join('\n');
}

/** Where a mark stands in a text, but for its beginning. */
function placesOf(text: string, mark: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(mark, 1); at > 0 && places.length < JOINTS_TRIED; at = text.indexOf(mark, at + 1))
    places.push(at);
  return places;
}

/** A text in the other language, and how many characters of it were known. */
interface Read {
  readonly text: string;
  readonly known: number;
}

/** Forms by the first character of their text; empty: they begin with what is filled in. */
class Forms {
  readonly #byFirst = new Map<string, Form[]>();
  /** those of phrases that are put behind a message. */
  readonly tails: readonly Form[];

  constructor(forms: readonly Form[]) {
    // of two that know as much the longer is taken
    const sorted = forms.toSorted((a, b) => b.weight - a.weight);
    for (const form of sorted) {
      const first = form.texts[0]!.slice(0, 1);
      const list = this.#byFirst.get(first);
      if (list === undefined) this.#byFirst.set(first, [form]);
      else list.push(form);
    }
    this.tails = sorted.filter(isTail);
  }

  of(text: string): readonly Form[] {
    return [...(this.#byFirst.get(text.slice(0, 1)) ?? []), ...(this.#byFirst.get('') ?? [])];
  }
}

class Reading {
  private readonly seen = new Map<string, Read>();
  private left: number;

  constructor(
    private readonly forms: Forms,
    private readonly catalogue: Catalogue,
    length: number,
  ) {
    this.left = length + MOST_LOOKED_AT;
  }

  /** The reading that knows most of it. */
  read(text: string): Read {
    const before = this.seen.get(text);
    if (before !== undefined) return before;
    let best: Read = { text, known: 0 };
    if (text === '' || text.length > this.left) return best;
    this.left -= text.length;
    for (const one of this.readings(text)) if (one.known > best.known) best = one;
    this.seen.set(text, best);
    return best;
  }

  private *readings(text: string): Generator<Read> {
    // of two that know as much the first is taken: what stands behind a message is none of what is filled in
    if (text.length <= MOST_PARTED) {
      for (const tail of this.forms.tails) yield* this.before(text, tail);
      for (const joint of JOINTS) yield* this.parted(text, joint);
    }
    const counted = /^\d+ /.exec(text)?.[0];
    if (counted !== undefined) {
      const { text: words, known } = this.read(text.slice(counted.length));
      yield { text: counted + words, known };
    }
    for (const form of this.forms.of(text)) {
      const filling = fillingOf(form, text);
      if (filling !== undefined) yield this.filled(form, filling);
    }
  }

  /** A message and a phrase behind it. */
  private *before(text: string, tail: Form): Generator<Read> {
    for (const at of placesOf(text, tail.texts[0]!)) {
      const filling = fillingOf(tail, text.slice(at));
      if (filling === undefined) continue;
      const [head, rest] = [this.read(text.slice(0, at)), this.filled(tail, filling)];
      yield { text: head.text + rest.text, known: head.known + rest.known };
    }
  }

  /** Two that are joined, of which one at least is known. */
  private *parted(text: string, joint: string): Generator<Read> {
    for (const at of placesOf(text, joint)) {
      const [head, tail] = [this.read(text.slice(0, at)), this.read(text.slice(at + joint.length))];
      // numbers go on in a list, which is one thing that is filled in
      const isList = joint === ', ' && tail.known === 0 && /^[\d…]/.test(text.slice(at + joint.length));
      if (isList || head.known + tail.known === 0) continue;
      const words = head.text + (this.catalogue[joint] ?? joint) + tail.text;
      yield { text: words, known: head.known + joint.length + tail.known };
    }
  }

  private filled({ places, chosen, weight, words }: Form, filling: readonly string[]): Read {
    let known = weight;
    const texts = new Map<number, string>();
    for (const [i, { place, quoted }] of places.entries()) {
      const read = quoted ? { text: filling[i]!, known: 0 } : this.read(filling[i]!);
      known += read.known;
      texts.set(place, read.text);
    }
    const text = words.map((word) =>
      typeof word === 'string'
        ? word
        : word.choices.length > 0
          ? word.choices[chosen.get(word.place)!]
          : texts.get(word.place),
    );
    return { text: text.join(''), known };
  }
}
