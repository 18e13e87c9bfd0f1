import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Language } from '../../../apps/vms/language/text.ts';

export const LANGUAGES = ['en', 'pt-BR'] as const satisfies readonly Language[];

/** Small words that English cannot do without and Portuguese does not have. */
const ENGLISH = /\b(the|is|are|was|were|not|of|this|that|and|with|cannot|does|nothing|check|it)\b/i;
/** What only a program writes. */
const NO_WORDS = /\bat .+:\d+:\d+|\bError:|\bundefined\b|\[object|(?<!\$)\{\w*\}|\{\{/;
/** What the command line quotes of others, and says that it does. */
const QUOTED = /detalhe \(em inglês\).*$|Detalhe, em inglês: .*$/gm;

/**
 * What a person is told: in words, in one language, holding what is expected.
 * @param never what must not be repeated
 */
export function assertSpoken(
  text: string,
  language: Language,
  words: readonly RegExp[],
  never?: RegExp,
): void {
  for (const expected of words) assert.match(text, expected);
  assert.doesNotMatch(text, NO_WORDS);
  if (never !== undefined) assert.doesNotMatch(text, never);
  if (language === 'pt-BR') assert.doesNotMatch(text.replaceAll(QUOTED, ''), ENGLISH);
}

/** Runs in the page, on an element: its text, without what is marked as being in another language. */
const TEXT_OF = `(element) => {
  const copy = element.cloneNode(true);
  const page = document.documentElement.lang;
  for (const quoted of copy.querySelectorAll('[lang]')) {
    if (quoted.lang !== page) quoted.remove();
  }
  for (const block of copy.querySelectorAll('p, li, dd, h3, summary')) block.append('\\n');
  return copy.textContent;
}`;

/** The text of a part of the page that the page itself says. */
export async function textOf(page: Page, selector: string): Promise<string> {
  await page.locator(selector).first().waitFor();
  const found = `document.querySelector(${JSON.stringify(selector)})`;
  return String(await page.evaluate(`(${TEXT_OF})(${found})`));
}
