import { isolate } from '@vms/common/bidi.ts';

/** Languages of the command line. */
export const LANGUAGES = ['en', 'pt-BR'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text in every language. `{name}` is where a value goes. */
export type Text = Readonly<Record<Language, string>>;
/** What goes into the places of a text, by name; it may depend on the language, too. */
export type Values = Readonly<Record<string, string | number | Text>>;

/** A text: English, then Brazilian Portuguese. */
export function text(en: string, ptBr: string): Text {
  return { en, 'pt-BR': ptBr };
}

/** The text in a language, its values filled in: whatever their script, they turn nothing around them. */
export function translate(text: Text, language: Language, values: Values = {}): string {
  return text[language].replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) return place;
    return isolate(String(typeof value === 'object' ? value[language] : value));
  });
}

/** A word that is the same in every language, or a text. */
export function wordIn(word: string | Text, language: Language): string {
  return typeof word === 'string' ? word : word[language];
}

/** The names of the values that a text takes. */
export function valueNamesOf(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();
}
