/** The languages of the page, and which a browser asks for. */
export type Language = 'en' | 'ja';

export const languageOf = (tag: string): Language => (/^ja\b/i.test(tag) ? 'ja' : 'en');
