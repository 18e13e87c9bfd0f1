import type { FieldProblem } from '../api/problem.ts';
import type { Locale, Translate } from './translate.ts';

/**
 * What is wrong of a field: our words, where we know its code; else those of the API, which name the limit.
 * They are English: in another language the field is only pointed at.
 */
export function fieldProblemText(problem: FieldProblem, t: Translate, locale: Locale): string {
  const { code, message } = problem;
  const ours = code === undefined ? undefined : (t.find(code) ?? t.find(`error.${code}`));
  if (ours !== undefined) return ours;
  return locale === 'en' && message !== '' ? message : t('field.wrong');
}
