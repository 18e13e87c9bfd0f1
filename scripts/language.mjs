/**
 * A text in the language of who starts the system, for what is said before anything is installed.
 * Chosen as apps/vms/language/choose-language.ts does, which needs Node 24.
 */
export function inLanguage(english, portuguese, variables = process.env) {
  const { VMS_LANG, LC_ALL, LC_MESSAGES, LANG } = variables;
  const said = [VMS_LANG, LC_ALL, LC_MESSAGES, LANG].find((each) => (each ?? '') !== '') ?? '';
  return /^pt(?:[-_.@]|$)/i.test(said) ? portuguese : english;
}
