import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { seededRandom } from '../fault/random.ts';
import { type FuzzTarget, loadTargets, sizesAround } from './fuzz-target.ts';
import { fuzz } from './fuzzer.ts';
import { MAX_INPUT_BYTES, mutate } from './mutator.ts';

const RUNS = 1500;
/** Until a spoilt input has outgrown those it is made of: one of sixteen is made of a large one. */
const GROWING_RUNS = 500;
const targets = await loadTargets();

test('the targets are found', () => {
  const names = targets.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of [
    ...['aac', 'bus', 'csv', 'h264', 'h265', 'index-lines', 'matroska', 'media-link', 'offer'],
    ...['random-access', 'rtcp', 'rtp', 'rtsp', 'sdp', 'srtp', 'yaml'],
  ]) {
    assert.ok(names.includes(name), name);
  }
});

/** Where parsers of what comes from outside lie, and the bounds there that no input reaches. */
const PARSERS = ['libs/media', 'libs/wire', 'libs/format', 'libs/bus', 'libs/medialink'];
const NOT_OF_A_PARSER: Readonly<Record<string, string>> = {
  ...of('an encoder refuses more', [
    ...['MAX_TABLE_SAMPLES', 'MAX_FRAGMENT_BYTES', 'MAX_MP4_TRACKS', 'MAX_BLOCK_SAMPLES'],
    ...[
      'MAX_DISPLAY_PIXELS',
      'MAX_CHANNELS',
      'MAX_FIRST_SAMPLE',
      'MAX_4_BYTE_SIZE',
      'MAX_EVENT_BYTES',
    ],
  ]),
  ...of('of a queue or of connections', [
    ...['MAX_QUEUE_BYTES', 'MAX_SUBSCRIPTIONS', 'MAX_CONNECTIONS', 'MAX_CONFIGS_PER_SUBSCRIPTION'],
    ...['MAX_SUBSCRIPTIONS_PER_CONNECTION', 'MAX_COALESCE_MS'],
  ]),
  ...of('reached with keys by srtp-receiver.test.ts', ['MAX_ROLLOVER_GUESSES']),
  ...of('of names and settings', [
    ...['MAX_SUBJECT_CHARACTERS', 'MAX_SOCKET_PATH_BYTES', 'MAX_TICK_MS', 'MAX_NAME_ATTEMPTS'],
  ]),
};

function of(reason: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}

test('every target goes to its bounds, and every bound of a parser has a target', () => {
  for (const { name, bounds } of targets) {
    assert.ok(bounds.length > 0, `${name} has no inputs around its bounds`);
    for (const { bound, input, name: constant } of bounds) {
      const [below = 0, at, beyond = 0, far = 0] = sizesAround(bound);
      assert.ok(below < bound && at === bound && beyond > bound && far >= 2 * bound);
      assert.notDeepEqual(input(below), input(far), `${name}: ${constant}`);
    }
  }
  const root = join(import.meta.dirname, '..', '..');
  const covered = new Set(targets.flatMap(({ bounds }) => bounds.map(({ name }) => name)));
  for (const folder of PARSERS) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/(?<!\.test|\.cases)\.ts$/.test(file) || file.includes('node_modules')) continue;
      const text = readFileSync(join(root, folder, file), 'utf8');
      for (const [, name = ''] of text.matchAll(/^export const (MAX_[A-Z0-9_]+)/gm)) {
        const isKnown = covered.has(name) !== name in NOT_OF_A_PARSER;
        assert.ok(isKnown, `${name} of ${folder}/${file}: add it to the bounds of a fuzz target`);
      }
    }
  }
});

test('a parser that breaks beyond its bound is found, however small the spoilt inputs are', async () => {
  const bound = 4 * MAX_INPUT_BYTES;
  const broken: FuzzTarget = {
    name: 'broken',
    seeds: () => [Buffer.from('a')],
    bounds: [{ name: 'MAX_BYTES', bound, input: (size) => Buffer.alloc(size) }],
    run: (input) => {
      if (input.length > bound) throw new RangeError('found it');
    },
  };
  const { failures } = await fuzz(broken, { runs: 5, seed: 1 });
  assert.deepEqual(
    failures.map(({ message }) => message.split('\n')[0]),
    [
      `MAX_BYTES of ${bound + 1}: RangeError: found it`,
      `MAX_BYTES of ${2 * bound + 1000}: RangeError: found it`,
    ],
  );
});

test('spoilt inputs grow up to the bytes asked for, and end with the time asked for', async () => {
  const bound = 200_000;
  /** The largest of the inputs around the bound, which are not spoilt. */
  const given = sizesAround(bound).at(-1) ?? 0;
  let longest = 0;
  const target: FuzzTarget = {
    name: 'grows',
    seeds: () => [Buffer.from('a')],
    bounds: [{ name: 'MAX_BYTES', bound, input: (size) => Buffer.alloc(size) }],
    run: (input) => {
      longest = Math.max(longest, input.length);
    },
  };
  await fuzz(target, { runs: GROWING_RUNS, seed: 1, maxBytes: 500_000 });
  assert.ok(longest > given && longest <= 500_000, `${longest}, of ${given} at the bound`);
  const began = performance.now();
  await fuzz(target, { runs: Number.POSITIVE_INFINITY, milliseconds: 100, seed: 1 });
  assert.ok(performance.now() - began < 5_000);
});

for (const target of targets) {
  test(`a short round of ${target.name}`, async () => {
    const result = await fuzz(target, { runs: RUNS, seed: 1 });
    assert.ok(result.inputs > RUNS);
    assert.deepEqual(result.failures, []);
  });
}

test('a parser that breaks is found, with the input that broke it', async () => {
  const broken: FuzzTarget = {
    name: 'broken',
    seeds: () => [Buffer.from('aaaaaaaa')],
    bounds: [],
    run: (input) => {
      if (input.includes(0xff)) throw new RangeError('found it');
    },
  };
  const { failures } = await fuzz(broken, { runs: RUNS, seed: 1 });
  assert.ok(failures.length > 0);
  assert.match(failures[0]?.message ?? '', /RangeError: found it/);
  assert.ok(Buffer.from(failures[0]?.base64 ?? '', 'base64').includes(0xff));
  const again = await fuzz(broken, { runs: RUNS, seed: 1 });
  assert.deepEqual(
    again.failures.map(({ base64 }) => base64),
    failures.map(({ base64 }) => base64),
    'the same seed, the same inputs',
  );
});

test(`inputs differ from the seed and stay below ${MAX_INPUT_BYTES} bytes`, () => {
  const random = seededRandom(3);
  const seed = Buffer.alloc(MAX_INPUT_BYTES, 1);
  let longest = 0;
  for (let i = 0; i < 300; i++) longest = Math.max(longest, mutate([seed], random).length);
  assert.equal(longest, MAX_INPUT_BYTES);
});
