import { translator } from '@solid-primitives/i18n';
import { isolate } from '@vms/common/bidi.ts';
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

/** Fills the values in, once: names come from anybody, hold anything, and are in any script. */
function filled(text: string, args: TemplateArguments): string {
  return text.replaceAll(/\{\{ (\w+) \}\}/g, (place, name: string) => {
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    return value === undefined ? place : isolate(String(value));
  });
}

export function createTranslate(locale: () => Locale): Translate {
  const lookup = translator(() => DICTIONARIES[locale()]);
  const text = (key: Key, args: TemplateArguments = {}): string => filled(lookup(key), args);
  return Object.assign(text, {
    counted(key: CountedKey, count: number, args: TemplateArguments = {}): string {
      const rule = new Intl.PluralRules(locale()).select(count);
      const form: Key = rule === 'one' ? `${key}.one` : `${key}.other`;
      return text(form, { count, ...args });
    },
    find(key: string, args: TemplateArguments = {}): string | undefined {
      const dictionary: Readonly<Record<string, string>> = DICTIONARIES[locale()];
      const found = Object.hasOwn(dictionary, key) ? dictionary[key] : undefined;
      return found === undefined ? undefined : filled(found, args);
    },
  });
}
