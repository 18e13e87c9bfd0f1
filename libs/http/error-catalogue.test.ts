import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ERROR_CATALOGUE } from './error-catalogue.ts';

const root = join(import.meta.dirname, '..', '..');

/** Codes that never become an error's answer: they are raised at start, or are for the log. */
const NOT_TOLD: ReadonlySet<string> = new Set([
  'alert.delivery-failed',
  'alert.delivery-refused',
  'alert.secret-unusable',
  'auth.seal-broken',
  'auth.secret-unusable',
  'http.address-not-available',
  'http.cannot-listen',
  'http.insecure-remote',
  'http.port-in-use',
  'http.port-not-permitted',
  'stream.udp-port-in-use',
]);

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .filter((name) => !name.includes('node_modules') && !name.endsWith('error-catalogue.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'));
}

/** Members of every `export type XErrorCode = 'a.b' | …`. */
function declaredCodes(folder: string): string[] {
  return sources(folder).flatMap((text) =>
    [...text.matchAll(/export type \w*ErrorCode =([^;]+);/g)].flatMap(([, union]) =>
      [...(union ?? '').matchAll(/'([a-z-]+\.[a-z0-9-]+)'/g)].map(([, code]) => code ?? ''),
    ),
  );
}

function documented(): Map<string, number> {
  const page = readFileSync(join(root, 'docs', 'api', 'errors.md'), 'utf8');
  const rows = page.matchAll(/^\| `([a-z-]+\.[a-z0-9-]+)` \| (\d{3}) \|/gm);
  return new Map([...rows].map(([, code, status]) => [code ?? '', Number(status)]));
}

test('every code of the catalogue is documented with its status, and none else', () => {
  const catalogue = Object.entries(ERROR_CATALOGUE).map(([code, { status }]) => [code, status]);
  assert.ok(catalogue.length > 10);
  assert.deepEqual([...documented()].sort(), catalogue.sort());
});

test('every code that the API or a live view may raise is in the catalogue', () => {
  const declared = ['libs/http', 'libs/auth', 'services/api', 'services/stream'].flatMap(
    declaredCodes,
  );
  assert.ok(declared.length > 10);
  const missing = declared.filter((code) => !(code in ERROR_CATALOGUE) && !NOT_TOLD.has(code));
  assert.deepEqual(missing, []);
  const stale = [...NOT_TOLD].filter((code) => !declared.includes(code));
  assert.deepEqual(stale, [], 'NOT_TOLD names codes that nobody declares');
});

test('no code of the catalogue is stale', () => {
  const all = ['libs', 'services'].flatMap(sources).join('\n');
  const stale = Object.keys(ERROR_CATALOGUE).filter((code) => !all.includes(`'${code}'`));
  assert.deepEqual(stale, []);
});
