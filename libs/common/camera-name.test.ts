import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasVisibleCharacter } from './camera-name.ts';

const invisible = {
  'a bidirectional override and a zero-width space': '\u202E\u200B',
  'a joiner alone': '\u200D',
  'isolates and a byte order mark': '\u2066\u2069\uFEFF',
  'spaces of every kind': ' \u00A0\u2003\u3000',
  'a variation selector': '\uFE0F',
  'fillers that Unicode counts as letters': '\u3164\u115F\u1160\uFFA0',
  'an empty braille cell': '\u2800',
  'a soft hyphen': '\u00AD',
  nothing: '',
};
for (const [what, name] of Object.entries(invisible)) {
  test(`a name is not visible: ${what}`, () => assert.equal(hasVisibleCharacter(name), false));
}

const visible = {
  Latin: 'Portão',
  Hebrew: '\u05E9\u05E2\u05E8',
  'Arabic with a mark of direction': '\u200F\u0628\u0648\u0627\u0628\u0629',
  'Persian with a non-joiner': '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645',
  'a family of emoji with joiners': '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}',
  'an emoji with a variation selector': '\u2764\uFE0F',
  'a digit': '1',
  'a mark': '#',
};
for (const [what, name] of Object.entries(visible)) {
  test(`a name is visible: ${what}`, () => assert.equal(hasVisibleCharacter(name), true));
}
