import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isolate } from '@vms/common/bidi.ts';
import { harmless } from './terminal.ts';

test('nothing steers the terminal, and names keep what isolates them', () => {
  assert.equal(harmless('a\u001b[2J\u0007\tb\r\nc\u009b1m\u202ed\u2066e\u2067'), 'a[2J\tb\nc1mde');
  const two = `${isolate('שער')} and ${isolate('بوابة')}\n${isolate('שער')}`;
  assert.equal(harmless(two), two);
});

test('an isolate that does not begin and end on its line is taken out', () => {
  assert.equal(harmless('a \u2068b'), 'a b');
  assert.equal(harmless('a\u2069 b'), 'a b');
  assert.equal(harmless('\u2068a\nb\u2069'), 'a\nb');
  assert.equal(harmless('\u2068\u2068a\u2069'), '\u2068a\u2069');
  assert.equal(harmless('\u2068a\u2069\u2069'), '\u2068a\u2069');
});
