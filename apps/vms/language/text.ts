/** Languages of the command line. */
export const LANGUAGES = ['en', 'pt-BR'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text in every language. `{name}` is where a value goes. */
export type Text = Readonly<Record<Language, string>>;
export type Values = Readonly<Record<string, string | number>>;

/** A text: English, then Brazilian Portuguese. */
export function text(en: string, ptBr: string): Text {
  return { en, 'pt-BR': ptBr };
}

/** The text in a language, its values filled in. */
export function translate(text: Text, language: Language, values: Values = {}): string {
  return text[language].replaceAll(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : place,
  );
}

/** The names of the values that a text takes. */
export function valueNamesOf(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();
}
