import { resolveTemplate, translator } from '@solid-primitives/i18n';
import { isolate } from './bidi.ts';
import type { Dictionary, Key } from './dictionary.ts';
import { en } from './en.ts';
import { ptBr } from './pt-br.ts';

export const LOCALES = ['pt-BR', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

export type { Key } from './dictionary.ts';
export type TemplateArguments = Readonly<Record<string, string | number>>;

/** Keys of texts that depend on a number: `<base>.one` and `<base>.other`. */
export type CountedKey = {
  [K in Key]: K extends `${infer Base}.other` ? Base : never;
}[Key];

export const DICTIONARIES: Readonly<Record<Locale, Dictionary>> = { 'pt-BR': ptBr, en };

/** Portuguese for whoever's browser speaks it first, English for everybody else. */
export function localeFor(languages: readonly string[]): Locale {
  for (const language of languages) {
    if (/^pt\b/i.test(language)) return 'pt-BR';
    if (/^en\b/i.test(language)) return 'en';
  }
  return 'en';
}

export interface Translate {
  (key: Key, args?: TemplateArguments): string;
  /** The text for a number; `{{ count }}` is filled in. */
  counted(key: CountedKey, count: number, args?: TemplateArguments): string;
  /** The text of a key that is put together at run time; undefined where there is none. */
  find(key: string, args?: TemplateArguments): string | undefined;
}

/** Names may come from anybody, and be in any script. */
function isolated(args: TemplateArguments): TemplateArguments {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      typeof value === 'string' ? isolate(value) : value,
    ]),
  );
}

export function createTranslate(locale: () => Locale): Translate {
  const lookup = translator(() => DICTIONARIES[locale()]);
  const text = (key: Key, args: TemplateArguments = {}): string =>
    resolveTemplate(lookup(key), isolated(args));
  return Object.assign(text, {
    counted(key: CountedKey, count: number, args: TemplateArguments = {}): string {
      const rule = new Intl.PluralRules(locale()).select(count);
      const form: Key = rule === 'one' ? `${key}.one` : `${key}.other`;
      return text(form, { count, ...args });
    },
    find(key: string, args: TemplateArguments = {}): string | undefined {
      const dictionary: Readonly<Record<string, string>> = DICTIONARIES[locale()];
      const found = Object.hasOwn(dictionary, key) ? dictionary[key] : undefined;
      return found === undefined ? undefined : resolveTemplate(found, isolated(args));
    },
  });
}
