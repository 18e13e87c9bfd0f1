// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a configuration are written so
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { MAX_CONFIG_FAULTS, parseConfig } from './config.ts';
import { MAX_CONFIG_BYTES, MAX_CONFIG_DEPTH, readYaml } from './config-yaml.ts';

const schema = z.strictObject({
  gateway: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.number().int().min(0).max(65535).default(8080),
    })
    .prefault({}),
  volumes: z
    .array(z.strictObject({ path: z.string(), keepDays: z.number().optional() }))
    .default([]),
  labels: z.record(z.string(), z.strictObject({ colour: z.string() })).optional(),
});
const source = { source: 'data/vms.yaml' };

test('fills in defaults', () => {
  assert.deepEqual(parseConfig(schema, undefined, source), {
    gateway: { host: '127.0.0.1', port: 8080 },
    volumes: [],
  });
});

const wrong: [string, unknown, RegExp][] = [
  ['misspelt key', { gatway: {} }, /the key gatway is unknown \(did you mean gateway\?\)/],
  [
    'misspelt key in an object with a default',
    { gateway: { prot: 80 } },
    /the key gateway\.prot is unknown \(did you mean gateway\.port\?\)/,
  ],
  [
    'another way to write it',
    { volumes: [{ path: '/a', keep_days: 3 }] },
    /volumes\[0\]\.keep_days is unknown \(did you mean volumes\[0\]\.keepDays\?\)/,
  ],
  ['in a record', { labels: { a: { color: 'red' } } }, /did you mean labels\.a\.colour\?/],
  ['nothing near', { xyzzy: 1 }, /known here: gateway, labels, volumes/],
  ['wrong type', { gateway: { port: '80' } }, /the key gateway\.port is wrong: invalid input: /],
  ['out of range', { gateway: { port: 70000 } }, /gateway\.port is wrong: too big/],
  ['missing', { volumes: [{}] }, /volumes\[0\]\.path is wrong/],
  ['no object', [], /the whole is wrong/],
];
for (const [name, object, message] of wrong) {
  test(`says where and what: ${name}`, () => {
    assert.throws(
      () => parseConfig(schema, object, source),
      (error: Error) => {
        assert.match(error.message, message);
        assert.match(error.message, /^The configuration in data\/vms\.yaml cannot be used: /);
        return 'code' in error && error.code === 'config.invalid';
      },
    );
  });
}

test('names a bounded number of faults and counts the rest', () => {
  const object = Object.fromEntries(
    Array.from({ length: MAX_CONFIG_FAULTS + 5 }, (_, i) => [`unknown${i}`, 1]),
  );
  assert.throws(() => parseConfig(schema, object, source), /; and 5 more\./);
});

test('reads YAML', () => {
  assert.deepEqual(readYaml('gateway:\n  port: 81\n', source).value, { gateway: { port: 81 } });
  assert.deepEqual(readYaml('', source).value, {});
  assert.deepEqual(readYaml('# nothing\n', source).value, {});
});

test('points at the line of a fault in YAML', () => {
  for (const [text, line] of [
    ['a: 1\n\tb: 2\n', 2],
    ['a: 1\nb: [1, 2\n', 3],
    ['a: 1\na: 2\n', 2],
  ] as const) {
    assert.throws(() => readYaml(text, source), {
      code: 'config.syntax',
      message: new RegExp(`data/vms\\.yaml is not valid YAML at line ${line},`),
    });
  }
});

test('refuses what is too large, and aliases that multiply', () => {
  assert.throws(() => readYaml(' '.repeat(MAX_CONFIG_BYTES + 1), source), {
    code: 'config.too-large',
  });
  assert.deepEqual(readYaml(' '.repeat(MAX_CONFIG_BYTES), source).value, {});
  let bomb = 'a0: &a0 [x, x]\n';
  for (let i = 1; i < 20; i++)
    bomb += `a${i}: &a${i} [${Array(9)
      .fill(`*a${i - 1}`)
      .join(', ')}]\n`;
  assert.throws(() => readYaml(bomb, source), { code: 'config.syntax' });
});

test('bounds how deeply it nests, however it is written', () => {
  const flow = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const block = (depth: number): string => `${'- '.repeat(depth)}x`;
  const objects = (depth: number): string =>
    Array.from({ length: depth }, (_, level) => `${' '.repeat(level)}a:\n`).join('');
  for (const text of [flow, block, objects]) {
    assert.doesNotThrow(() => readYaml(text(MAX_CONFIG_DEPTH), source));
    for (const depth of [MAX_CONFIG_DEPTH + 1, 400]) {
      assert.throws(() => readYaml(`# comment\n${text(depth)}`, source), {
        code: 'config.syntax',
        message: /vms\.yaml nests lists and objects more than 50 levels deep at line \d+\./,
      });
    }
  }
  assert.throws(() => readYaml(flow(100_000), source), { message: /levels deep at line 1\./ });
});

test('names the line of a wrong key, also within a list', () => {
  const text = 'gateway:\n  host: a\n  prot: 1\nvolumes:\n  - path: /a\n    keepDays: x\n  - {}\n';
  const { value, lineOf } = readYaml(text, source);
  assert.throws(() => parseConfig(schema, value, { ...source, lineOf }), {
    message:
      /gateway\.prot \(line 3\) is unknown.*volumes\[0\]\.keepDays \(line 6\) is wrong.*volumes\[1\]\.path is wrong/,
  });
});

const variables = {
  HOST: 'cameras',
  PORT: '81',
  PIN: '007',
  EMPTY: '',
  ON: 'true',
  EVIL: '{a: [1]}',
};
const expansions: [string, unknown][] = [
  ['a: ${HOST}', 'cameras'],
  ['a: https://${HOST}:${PORT}/', 'https://cameras:81/'],
  ['a: ${PORT}', 81],
  ['a: "${PORT}"', '81'],
  ['a: ${PIN}', '007'],
  ['a: ${ON}', true],
  ['a: ${NONE:-8080}', 8080],
  ['a: ${EMPTY:-x}', 'x'],
  ['a: ${NONE:-}', ''],
  ['a: "${EMPTY}"', ''],
  ['a: ${EVIL}', '{a: [1]}'],
  ['a: $${HOST} costs $5', '${HOST} costs $5'],
  ['# ${NONE}\na: 1', 1],
];
for (const [text, expected] of expansions) {
  test(`puts variables in their places: ${text}`, () => {
    assert.deepEqual(readYaml(text, { ...source, variables }).value, { a: expected });
  });
}

test('names a variable that is not there, and its line', () => {
  assert.throws(() => readYaml('a: 1\nb: ${NONE}\n', { ...source, variables }), {
    code: 'config.variable-missing',
    message: /\$\{NONE\} in line 2, .*no NONE\. Set NONE, or write a default/,
  });
});
