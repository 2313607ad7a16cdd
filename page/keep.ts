/** What is taken away from the page: a text for an issue, and JSON. */
import { question, texts, told } from './state.js';

/** The question and its answer, as an issue shows them: nothing in the fences can end them. */
export function markdown(): string {
  const { text = '' } = told.value ?? {};
  const { as, line, form } = question.value;
  const asked = as === 'line' ? line : describe(form);
  const rules = texts.value.filter((one) => one.text.trim() !== '');
  return [
    fenced(asked),
    fenced(text),
    ...rules.map((one) => `<details><summary>${escaped(one.name)}</summary>\n\n${fenced(one.text)}\n</details>\n`),
  ].join('\n');
}

export const json = (): string => `${JSON.stringify(told.value?.json, null, 2)}\n`;

const describe = (form: typeof question.value.form): string =>
  Object.entries(form)
    .filter(([, value]) => value !== '' && value !== false)
    .map(([field, value]) => `${field} ${value}`)
    .join(', ');

/** A fence is longer than any that stands in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text.trimEnd()}\n${fence}\n`;
}
const escaped = (text: string): string => text.replace(/[<>&`*_[\]\\]/g, (sign) => `&#${sign.charCodeAt(0)};`);
