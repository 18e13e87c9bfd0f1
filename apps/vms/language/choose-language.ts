import { LANGUAGES, type Language } from './text.ts';

/**
 * The language that a person reads: `--lang`, else VMS_LANG, else what POSIX says of messages
 * (LC_ALL before LC_MESSAGES before LANG). Portuguese of any country is ours of Brazil; whatever is
 * not Portuguese is English.
 */
export function chooseLanguage(
  asked: string | undefined,
  variables: Readonly<Record<string, string | undefined>>,
): Language {
  const { VMS_LANG, LC_ALL, LC_MESSAGES, LANG } = variables;
  const said = [asked, VMS_LANG, LC_ALL, LC_MESSAGES, LANG].find(
    (each) => each !== undefined && each !== '',
  );
  return languageNamed(said ?? '') ?? 'en';
}

/** The language of a name such as `pt`, `pt-BR` or `pt_BR.UTF-8`; undefined where it is none of ours. */
export function languageNamed(name: string): Language | undefined {
  const [primary = ''] = name.toLowerCase().split(/[-_.@]/);
  return LANGUAGES.find((language) => language.split('-')[0] === primary);
}
