import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldProblemText } from './field-problem-text.ts';
import { createTranslate, LOCALES, type Locale } from './translate.ts';

function told(locale: Locale, code: string | undefined, message: string): string {
  const problem = { field: 'password', code, message };
  return fieldProblemText(
    problem,
    createTranslate(() => locale),
    locale,
  );
}

test('a fault with a known code is told in the reader’s words, of a field or of the whole call', () => {
  for (const locale of LOCALES) {
    const t = createTranslate(() => locale);
    assert.equal(told(locale, 'address.web-page', 'is a web page'), t('address.web-page'));
    assert.equal(
      told(locale, 'camera.password-required', 'is needed again for another host'),
      t('error.camera.password-required'),
    );
  }
});

test('without one, English has the message of the API, and Portuguese points at the field', () => {
  const message = 'must be at most 3650';
  for (const code of [undefined, 'camera.code-of-tomorrow']) {
    assert.equal(told('en', code, message), message);
    assert.equal(told('pt-BR', code, message), createTranslate(() => 'pt-BR')('field.wrong'));
  }
  assert.equal(told('en', undefined, ''), createTranslate(() => 'en')('field.wrong'));
});
