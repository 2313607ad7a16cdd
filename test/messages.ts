/**
 * What the sources hold of messages for people: every text that reads like a sentence or a part of one, as a template of
 * src/report/lang/translate.ts. What is filled in is `{}`; where a condition chooses among texts it is `{these|texts}`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { ROOT } from './root.js';

export interface Gathered {
  readonly template: string;
  readonly file: string;
}

/** Files whose words are in the languages already, are listings or rules that are printed, a script, or for programs. */
const OTHER_WORDS = [
  /^report\/(lang|connection|trace|ruleset|fields|reason|headline|summary)\b/,
  /^web\/(?!desk\/packet-words)/,
  /^compile\/(describe|disassemble|field-text|opinfo)\.ts$/,
  /^(report\/plan|run\/columns\/names)\.ts$/,
  /^parse\/.*\bprint(-\w+)?\.ts$/,
  /^cli\/(progress|codes|capture-script)\.ts$/,
  /^ext\/third-party\/(words|names|listed)\.ts$/,
  /\.d\.ts$/,
];
/** Calls whose arguments are words of --help and of its errors, which stay English, or of faults of our own. */
const OTHER_CALLS = new Set(
  'description option requiredOption argument addHelpText showHelpAfterError helpGroup Option Error InvalidArgumentError'.split(
    ' ',
  ),
);
/** Properties with words for --help, of kinds of findings, and with rules. */
const OTHER_KEYS = new Set(['about', 'shape', 'title', 'example', 'looksLike']);

export function gathered(): Gathered[] {
  const folder = join(ROOT, 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !OTHER_WORDS.some((pattern) => pattern.test(file)),
  );
  return files.sort().flatMap((file) => {
    const templates = templatesIn(readFileSync(join(folder, file), 'utf8'));
    return templates.map((template) => ({ template, file }));
  });
}

export function templatesIn(source: string): string[] {
  const found = new Set<string>();
  visit(parseSync(source, { syntax: 'typescript', target: 'es2022' }) as unknown as Syntax, found);
  return [...found];
}

/** A node of the syntax tree, as far as it is looked at. */
interface Syntax {
  readonly type: string;
  readonly [key: string]: unknown;
}
const isSyntax = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function visit(node: Syntax, found: Set<string>): void {
  // words of listings
  if (node.type === 'VariableDeclarator' && /(Listed|[Pp]ieces?)$/.test(nameOf(node.id as Syntax))) return;
  if (node.type === 'ImportDeclaration' || /^Ts.*(Type|Declaration)$/.test(node.type)) return;
  if (/^(Call|New)Expression$/.test(node.type) && OTHER_CALLS.has(nameOf(node.callee as Syntax))) return;
  if (node.type === 'KeyValueProperty' && OTHER_KEYS.has(nameOf(node.key as Syntax))) return;
  const parts = partsOf(node);
  if (parts === undefined) return below(node, found);
  const text = textOf(parts);
  if (isProse(parts) && text !== '{}') found.add(text);
  for (const part of parts) if (typeof part !== 'string' && part.choices.length === 0) visit(part.filled, found);
}

function below(value: object, found: Set<string>): void {
  for (const one of Object.values(value)) {
    if (isSyntax(one)) visit(one, found);
    else if (typeof one === 'object' && one !== null) below(one, found);
  }
}

const nameOf = (named: Syntax): string =>
  String(named.type === 'MemberExpression' ? (named.property as Syntax).value : named.value);

type Part = string | { readonly filled: Syntax; readonly choices: readonly string[] };

/** undefined: it is no text. */
function partsOf(node: Syntax): Part[] | undefined {
  if (node.type === 'StringLiteral') return [node.value as string];
  if (node.type === 'ParenthesisExpression') return partsOf(node.expression as Syntax);
  if (node.type === 'TemplateLiteral') {
    const filled = node.expressions as Syntax[];
    return (node.quasis as Syntax[]).flatMap((quasi, i) => [
      quasi.cooked as string,
      ...(i < filled.length ? partsOr(filled[i]!) : []),
    ]);
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const [left, right] = [node.left as Syntax, node.right as Syntax];
  return partsOf(left) === undefined && partsOf(right) === undefined
    ? undefined
    : [...partsOr(left), ...partsOr(right)];
}

const partsOr = (node: Syntax): Part[] =>
  (node.type === 'TemplateLiteral' ? undefined : partsOf(node)) ?? [{ filled: node, choices: choicesOf(node) ?? [] }];

/** The texts that a condition chooses among; undefined where they are not all plain. */
function choicesOf(node: Syntax): string[] | undefined {
  if (node.type === 'StringLiteral') return [node.value as string];
  if (node.type === 'ParenthesisExpression') return choicesOf(node.expression as Syntax);
  if (node.type !== 'ConditionalExpression') return undefined;
  const [yes, no] = [choicesOf(node.consequent as Syntax), choicesOf(node.alternate as Syntax)];
  return yes && no ? [...yes, ...no] : undefined;
}

/** Two words, one behind the other, or one and what is filled in beside it. */
const isProse = (parts: readonly Part[]): boolean =>
  /(?<![-\w])[a-z']{2,}[,:;]? (["(]?(-*[a-z]+|\d|\0))|\0[",:;)]* [a-z']{2,}\b/i.test(
    parts.map((part) => (typeof part === 'string' ? part : part.choices.join(' ') || '\0')).join(''),
  );

/** Two places without anything between them are one: nobody could tell where the one ends. */
const textOf = (parts: readonly Part[]): string =>
  parts
    .map((part) => (typeof part === 'string' ? part.replace(/[\\{}|]/g, '\\$&') : `{${part.choices.join('|')}}`))
    .join('')
    .replace(/(\{\})+/g, '{}')
    // findings.ts has words for severities
    .replace(/^(note|warning|error): /, '');
