import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const SOURCE = join(import.meta.dirname, '..');
const TOKENS = join('design', 'tokens.css');

/** What only the tokens may write down. `font-size: 16px` of the root is what rem refers to. */
const FORBIDDEN: readonly (readonly [string, RegExp])[] = [
  [
    'a colour in hexadecimal digits',
    /(?<![\w&/-])#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b(?!-)/gi,
  ],
  ['a colour by a function', /\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\([^)]*\)/gi],
  [
    'a colour by its name',
    /(?:color|background|border(?:-\w+)?|fill|stroke|outline)\s*:[^;]*\b(?:black|white|red|green|blue|gray|grey|orange|yellow)\b/gi,
  ],
  ['a type size in pixels', /font(?:-size)?\s*:[^;]*\b(?!16px)\d+(?:\.\d+)?px/gi],
];

function findings(name: string, body: string): string[] {
  return FORBIDDEN.flatMap(([what, pattern]) =>
    [...body.matchAll(pattern)].map(([found]) => `${name}: ${what}: ${found}`),
  );
}

test('colours and type sizes stand in design/tokens.css alone', () => {
  const names = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.(css|tsx?)$/.test(name) && !name.endsWith('.test.ts') && name !== TOKENS,
  );
  assert.ok(names.filter((name) => name.endsWith('.css')).length > 5);
  const found = names.flatMap((name) => findings(name, readFileSync(join(SOURCE, name), 'utf8')));
  assert.deepEqual(found, []);
});

test('a colour or a size in pixels is found', () => {
  for (const css of [
    'a { color: #fff }',
    'a { background: rgb(0 0 0 / 20%) }',
    'a { border-color: white }',
    'a { font-size: 13px }',
    "context.fillStyle = '#0a0b0c';",
  ]) {
    assert.equal(findings('probe', css).length, 1, css);
  }
  for (const css of ['a { color: var(--text) }', '#root { flex: 1 }', 'a { font: inherit }']) {
    assert.deepEqual(findings('probe', css), [], css);
  }
});
