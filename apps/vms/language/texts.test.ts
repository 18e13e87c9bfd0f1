import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ADDRESS_FAULTS } from '@vms/common/camera-address.ts';
import { ADDRESS_FAULTS_IN_PORTUGUESE } from '@vms/common/camera-address-pt-br.ts';
import { CAMERA_ADVICE } from '@vms/common/camera-advice.ts';
import { ADVICE_TEXTS } from '../commands/cameras/advice-texts.ts';
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
  assert.equal(translate(greeting, 'en', { name: 'שער', state: 'on' }), '\u2068שער\u2069 is on');
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

test('advice asks for no value that it does not have', () => {
  for (const [code, { en, 'pt-BR': ptBr }] of Object.entries(ADVICE_TEXTS)) {
    const values =
      Object.entries(CAMERA_ADVICE).find(([known]) => known === code)?.[1].values ?? {};
    for (const name of [...valueNamesOf(en), ...valueNamesOf(ptBr)]) {
      assert.ok(Object.hasOwn(values, name), `${code}: ${name}`);
    }
  }
});

test('what is wrong with an address is said in Portuguese, all of it', () => {
  const known = Object.keys(ADDRESS_FAULTS_IN_PORTUGUESE).sort();
  assert.deepEqual(known, ADDRESS_FAULTS.map((fault) => `address.${fault}`).sort());
});
