import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isolate } from './bidi.ts';

test('names that run from right to left turn nothing around them', () => {
  assert.equal(isolate('بوابة 🚪'), '\u2068بوابة 🚪\u2069');
  assert.equal(isolate('a\u202Egpj.exe'), '\u2068agpj.exe\u2069');
  assert.equal(isolate('\u2069\u2069שער'), '\u2068שער\u2069');
  for (const plain of ['Portão', '<script>', '正門 🚪', '']) assert.equal(isolate(plain), plain);
});
