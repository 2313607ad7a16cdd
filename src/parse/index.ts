/** Reads texts of every kind. */
import type { Findings } from '../model/finding.js';
import * as rare from './rare-texts.js';
import { type Input, readTexts, type SourceText } from './texts.js';

export type { Input, SourceText } from './texts.js';

/** A text in which nothing is recognised is a finding, and left out. */
export const parseTexts = (texts: readonly SourceText[], findings: Findings): Input => readTexts(texts, findings, rare);
