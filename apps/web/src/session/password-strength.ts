/** Characters of a password that a person chooses: what the API asks for. */
export const MIN_PASSWORD_CHARACTERS = 12;
/** Different characters that the API asks for. */
const MIN_DIFFERENT_CHARACTERS = 5;

/** What guessers try first, in the languages that we speak, beside runs of the keyboard. */
const COMMON = [
  'password',
  'passwort',
  'qwerty',
  'letmein',
  'welcome',
  'admin',
  'camera',
  'security',
  'senha',
  'brasil',
  'segredo',
  'seguranca',
  'bemvindo',
  'cameras',
  'mudar',
];
const ROWS = ['abcdefghijklmnopqrstuvwxyz', '0123456789', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** Bits from which on we call a password good and strong. */
const GOOD_BITS = 60;
const STRONG_BITS = 85;

/** The first three are refused by the API; the others are words for how hard it is to guess. */
export type Strength = 'too-short' | 'has-name' | 'repeats' | 'enough' | 'good' | 'strong';

export function isRefused(strength: Strength): boolean {
  return strength === 'too-short' || strength === 'has-name' || strength === 'repeats';
}

/** How hard a password is to guess, roughly: common words and runs count as one or two characters. */
export function strengthOf(password: string, username: string): Strength {
  if (password.length < MIN_PASSWORD_CHARACTERS) return 'too-short';
  const lower = password.toLowerCase();
  if (username !== '' && lower.includes(username.toLowerCase())) return 'has-name';
  if (new Set(password).size < MIN_DIFFERENT_CHARACTERS) return 'repeats';
  const bits = weight(lower) * Math.log2(poolOf(password));
  if (bits >= STRONG_BITS) return 'strong';
  return bits >= GOOD_BITS ? 'good' : 'enough';
}

/** Characters that a guesser has to find one by one. */
function weight(lower: string): number {
  let rest = lower.normalize('NFD').replace(/\p{Diacritic}/gu, '');
  for (const word of COMMON) rest = rest.replaceAll(word, word.charAt(0));
  let count = 0;
  for (let i = 0; i < rest.length; i++) {
    const before = rest.slice(Math.max(0, i - 2), i);
    if (before.length < 2 || !continues(before, rest.charAt(i))) count++;
  }
  return count;
}

/** True for `ab` + `c`, `32` + `1`, `aa` + `a`. */
function continues(two: string, next: string): boolean {
  const run = two + next;
  const backwards = [...run].reverse().join('');
  if (two.charAt(0) === two.charAt(1) && two.charAt(1) === next) return true;
  return ROWS.some((row) => row.includes(run) || row.includes(backwards));
}

/** How many characters a guesser has to try at every place. */
function poolOf(password: string): number {
  let pool = 0;
  if (/[a-z]/.test(password)) pool += 26;
  if (/[A-Z]/.test(password)) pool += 26;
  if (/\d/.test(password)) pool += 10;
  if (/[^a-zA-Z\d]/.test(password)) pool += 12;
  return Math.max(pool, 2);
}
