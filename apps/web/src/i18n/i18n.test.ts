import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CAMERA_STATES } from '@vms/common/camera.ts';
import { ADDRESS_FAULTS } from '@vms/common/camera-address.ts';
import { CAMERA_ADVICE } from '@vms/common/camera-advice.ts';
import { createTranslate, DICTIONARIES, LOCALES, localeFor } from './translate.ts';

const SOURCE = join(import.meta.dirname, '..');
const ERRORS_DOCUMENT = join(SOURCE, '../../../docs/api/errors.md');

const english = Object.keys(DICTIONARIES.en);

/** Every source file of the page but the dictionaries and the tests. */
function sources(): string {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.ts$/.test(name))
    .filter((name) => !/i18n[\\/](\w+-)?(en|pt-br)\.ts$/.test(name))
    .map((name) => readFileSync(join(SOURCE, name), 'utf8'))
    .join('\n');
}

/** Keys that are put together at run time, and of what. */
const FAMILIES: readonly RegExp[] = [
  new RegExp(
    `^state\\.(${[...CAMERA_STATES, 'unknown'].join('|')})\\.(label|meaning|remedy|retry)$`,
  ),
  /^cameras\.filter\.(all|good|attention|off)$/,
  /^theme\.(system|light|dark)$/,
  /^volume\.(recording|full|missing|hung|failing|in-use)$/,
  /^service\.(ingest|storage|stream|api|gateway)(\.does)?$/,
  /^alert\.[a-z]+\.[a-z-]+(\.do)?$/,
  /^health\.alerts\.(open|all)$/,
  /^channels\.(webhook|mail)$/,
  /^health\.(ok|degraded|failing|unreachable)$/,
  /^player\.error\.(network|media|codec|unsupported)$/,
  /^advice\.[a-z0-9-]+\.[a-z0-9-]+(\.do)?$/,
  /^find\.[a-z-]+(\.do)?$/,
  new RegExp(`^address\\.(${ADDRESS_FAULTS.join('|')})$`),
  /^add\.way\.(address|url|file)$/,
  /^file\.(testing|good|added|quote|malformed)$/,
  /^camera\.(recordings|details)$/,
  /^player\.(skipped|unplayable)$/,
  /^settings\.zone\.(camera|system|device)$/,
  /^password\.strength\.(has-name|repeats|enough|good|strong)$/,
  /^error\.[a-z]+\.[a-z0-9-]+$/,
];

test('all dictionaries have the same keys, and no text is empty', () => {
  for (const locale of LOCALES) {
    const dictionary = DICTIONARIES[locale];
    assert.deepEqual(Object.keys(dictionary).sort(), [...english].sort(), locale);
    for (const [key, text] of Object.entries(dictionary)) assert.ok(text.trim() !== '', key);
  }
});

test('translations fill in the same places', () => {
  const places = (text: string): string[] => (text.match(/\{\{ \w+ \}\}/g) ?? []).sort();
  for (const key of english) {
    const [first, ...others] = LOCALES.map((locale) => {
      const dictionary: Readonly<Record<string, string>> = DICTIONARIES[locale];
      const text = dictionary[key] ?? '';
      assert.equal((text.match(/[{}]/g) ?? []).length, places(text).length * 4, key);
      return places(text);
    });
    for (const other of others) assert.deepEqual(other, first, key);
  }
});

test('no text is unused', () => {
  const text = sources();
  const unused = english.filter((key) => {
    const base = key.replace(/\.(one|other)$/, '');
    const named = [key, base].some((name) => text.includes(`'${name}'`));
    return !named && !FAMILIES.some((family) => family.test(key));
  });
  assert.deepEqual(unused, []);
});

test('every camera state has its texts', () => {
  for (const state of CAMERA_STATES) {
    for (const part of ['label', 'meaning', 'remedy']) {
      assert.ok(english.includes(`state.${state}.${part}`), `${state}.${part}`);
    }
  }
});

test('translated error codes are codes that the API sends', {
  skip: existsSync(ERRORS_DOCUMENT) ? false : 'docs/api/errors.md is not there',
}, () => {
  const known = readFileSync(ERRORS_DOCUMENT, 'utf8');
  const stale = english
    .filter((key) => /^error\.[^.]+\./.test(key) && !key.startsWith('error.web.'))
    .filter((key) => !known.includes(key.slice('error.'.length)));
  assert.deepEqual(stale, []);
});

test('the language is the first of the browser that we speak', () => {
  assert.equal(localeFor(['pt-BR', 'en']), 'pt-BR');
  assert.equal(localeFor(['pt']), 'pt-BR');
  assert.equal(localeFor(['de', 'en-GB', 'pt']), 'en');
  assert.equal(localeFor(['de']), 'en');
  assert.equal(localeFor([]), 'en');
});

test('numbers choose the form, and arguments are filled in', () => {
  const pt = createTranslate(() => 'pt-BR');
  assert.equal(pt.counted('camera.keptDays', 1), '1 dia');
  assert.equal(pt.counted('camera.keptDays', 30), '30 dias');
  assert.equal(pt('track.size', { width: 1920, height: 1080 }), '1920 × 1080');
  assert.equal(pt.find('error.camera.not-found'), 'Esta câmera não existe mais.');
  assert.equal(pt.find('error.of.another-world'), undefined);
  assert.equal(pt.find('toString'), undefined);
});

test('the name of a control begins with the words on it', () => {
  for (const locale of LOCALES) {
    const t = createTranslate(() => locale);
    assert.ok(t('file.anywayOf', { name: 'Gate' }).startsWith(t('file.anyway')), locale);
  }
});

test('whatever is filled into a sentence is isolated', () => {
  const t = createTranslate(() => 'en');
  assert.equal(t('delete.title', { name: 'שער' }), 'Delete \u2068שער\u2069?');
  for (const name of ['Gate {{ name }}', '$& $1 {{ count }}', '\\1']) {
    assert.equal(t('delete.title', { name }), `Delete ${name}?`);
  }
});

test('every advice has its words, which ask for no value that it does not have', () => {
  const values = (text: string): string[] =>
    [...text.matchAll(/\{\{ (\w+) \}\}/g)].map(([, name = '']) => name);
  for (const locale of LOCALES) {
    const dictionary: Readonly<Record<string, string>> = DICTIONARIES[locale];
    for (const [code, definition] of Object.entries(CAMERA_ADVICE)) {
      for (const key of [`advice.${code}`, `advice.${code}.do`]) {
        const text = dictionary[key];
        assert.ok(text !== undefined, `${locale}: ${key}`);
        for (const name of values(text)) {
          assert.ok(Object.hasOwn(definition.values, name), `${locale}: ${key}: ${name}`);
        }
      }
    }
    const known = new RegExp(
      `^advice\\.(unknown|(${Object.keys(CAMERA_ADVICE).join('|')})(\\.do)?)$`,
    );
    const others = Object.keys(dictionary).filter(
      (key) => /^advice\./.test(key) && !known.test(key),
    );
    assert.deepEqual(others, [], locale);
  }
});
