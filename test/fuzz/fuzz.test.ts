import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../fault/random.ts';
import { type FuzzTarget, loadTargets } from './fuzz-target.ts';
import { fuzz } from './fuzzer.ts';
import { MAX_INPUT_BYTES, mutate } from './mutator.ts';

const RUNS = 1500;
const targets = await loadTargets();

test('the targets are found', () => {
  const names = targets.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of ['aac', 'h264', 'h265', 'matroska', 'rtcp', 'rtp', 'rtsp', 'sdp']) {
    assert.ok(names.includes(name), name);
  }
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
