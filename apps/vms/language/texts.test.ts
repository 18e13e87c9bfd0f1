import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { chooseLanguage } from './choose-language.ts';
import { type Text, translate, valueNamesOf } from './text.ts';

const APP = join(import.meta.dirname, '..');

/** Every text of a table, however deep it lies. */
function textsOf(value: unknown): Text[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('en' in value && 'pt-BR' in value) return [value as Text];
  return Object.values(value).flatMap(textsOf);
}

const tables = globSync('**/{*-texts,specs}.ts', { cwd: APP }).sort();

test('there are tables of texts', () => assert.ok(tables.length >= 5));

for (const table of tables) {
  test(`${table} says everything in both languages, with the same values`, async () => {
    const texts = textsOf({ ...(await import(join(APP, table))) });
    assert.ok(texts.length > 0);
    for (const { en, 'pt-BR': ptBr } of texts) {
      assert.ok(en.trim() !== '' && ptBr.trim() !== '', en);
      assert.deepEqual(valueNamesOf(en), valueNamesOf(ptBr), en);
    }
  });
}

test('fills values in, whatever they hold, once', () => {
  const greeting: Text = { en: '{name} is {state}', 'pt-BR': '{name} está {state}' };
  const values = { name: '{state} $& \\1', state: 'on' };
  assert.equal(translate(greeting, 'en', values), '{state} $& \\1 is on');
  assert.equal(translate(greeting, 'pt-BR', { name: 'x' }), 'x está {state}');
});

test('chooses the language that is asked for, else that of the system', () => {
  assert.equal(chooseLanguage('pt', { LANG: 'en_US.UTF-8' }), 'pt-BR');
  assert.equal(chooseLanguage(undefined, { VMS_LANG: 'en', LC_ALL: 'pt_BR.UTF-8' }), 'en');
  assert.equal(
    chooseLanguage(undefined, { VMS_LANG: '', LC_ALL: '', LANG: 'pt_BR.UTF-8' }),
    'pt-BR',
  );
  assert.equal(chooseLanguage(undefined, { LC_MESSAGES: 'pt_PT', LANG: 'en_US' }), 'pt-BR');
  assert.equal(chooseLanguage(undefined, { LANG: 'C' }), 'en');
  assert.equal(chooseLanguage(undefined, { LANG: 'ptx' }), 'en');
  assert.equal(chooseLanguage(undefined, {}), 'en');
});
