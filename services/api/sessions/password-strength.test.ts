import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPasswordStrength } from './password-strength.ts';

const check = (password: string): void => checkPasswordStrength(password, 'admin', 'body.next');

const weak: [string, RegExp][] = [
  ['heron-lock', /fewer than 12 characters/],
  ['The Admin is in', /contains the user name/],
  ['ababababababab', /same few characters/],
  ['passwordpassword', /one word repeated/],
  ['Password-Password', /one word repeated/],
  ['kingfisher kingfisher kingfisher', /one word repeated/],
  ['password123456', /most common passwords/],
  ['PasswordPassword1', /most common passwords/],
  ['qwertyuiop123', /most common passwords/],
  ['1234567890123', /most common passwords/],
  ['minha.senha.2026', /most common passwords/],
];
for (const [password, why] of weak) {
  test(`refuses ${password}`, () => {
    assert.throws(() => check(password), { code: 'auth.password-too-weak', message: why });
  });
}

for (const password of [
  'a heron by the lock',
  'garça na comporta',
  'password of the heron',
  'correct horse battery staple',
  '\u05EA\u05E6\u05E4\u05D9\u05EA \u05E2\u05DC \u05D4\u05E0\u05D4\u05E8',
  '!?*#+=-_.,;:',
]) {
  test(`takes ${password}`, () => assert.doesNotThrow(() => check(password)));
}
