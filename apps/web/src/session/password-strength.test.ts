import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefused, type Strength, strengthOf } from './password-strength.ts';

test('passwords that the API refuses are named with the reason', () => {
  const cases: [string, Strength][] = [
    ['', 'too-short'],
    ['elevenchars', 'too-short'],
    ['AdMin is my friend', 'has-name'],
    ['abababababababab', 'repeats'],
  ];
  for (const [password, expected] of cases) {
    assert.equal(strengthOf(password, 'admin'), expected, password);
    assert.equal(isRefused(expected), true);
  }
});

test('runs and common words are easy to guess, several words and random ones are not', () => {
  const cases: [string, Strength][] = [
    ['password1234', 'enough'],
    ['Senha1234567', 'enough'],
    ['abcdefghijklmno', 'enough'],
    ['qwertyuiop123456', 'enough'],
    ['gato azul voa', 'good'],
    ['quatro gaivotas leem o jornal', 'strong'],
    ['k7wq-m2ht-9xpa-c4vd-t8nb', 'strong'],
  ];
  for (const [password, expected] of cases) {
    assert.equal(strengthOf(password, 'admin'), expected, password);
    assert.equal(isRefused(expected), false);
  }
});

test('without a user name nothing contains it', () => {
  assert.equal(strengthOf('quatro gaivotas leem', ''), 'strong');
});
