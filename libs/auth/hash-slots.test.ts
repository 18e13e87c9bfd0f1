import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HashLane, HashSlots } from './hash-slots.ts';

/** Work that ends when the test says so. */
function slotsOf(waiting = 3) {
  const slots = new HashSlots({ atOnce: 2, strangersAtOnce: 1, waiting });
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (lane: HashLane, name: string) =>
    slots.run(lane, () => {
      started.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise(setImmediate);
  };
  return { started, run, end };
}

test('strangers never take every slot, and whoever is known goes first', async () => {
  const { end, run, started } = slotsOf();
  const all = [run('stranger', 's1'), run('stranger', 's2'), run('known', 'k1')];
  assert.deepEqual(started, ['s1', 'k1']);
  all.push(run('known', 'k2'));
  await end('s1');
  assert.deepEqual(started, ['s1', 'k1', 'k2']);
  await end('k1');
  assert.deepEqual(started, ['s1', 'k1', 'k2', 's2']);
  for (const name of ['k2', 's2']) await end(name);
  await Promise.all(all);
});

test('what waits is bounded for each: strangers that wait refuse nobody who is known', async () => {
  const { end, run, started } = slotsOf();
  const all = [1, 2, 3, 4].map((i) => run('stranger', `s${i}`));
  await assert.rejects(run('stranger', 's5'), { code: 'auth.too-many-hashes' });
  all.push(run('known', 'k1'));
  assert.deepEqual(started, ['s1', 'k1']);
  for (const name of ['k1', 's1', 's2', 's3', 's4']) await end(name);
  await Promise.all(all);
  await assert.doesNotReject(Promise.all([run('stranger', 's6'), end('s6')]));
});

test('work that fails gives its slot back', async () => {
  const slots = new HashSlots({ atOnce: 1, strangersAtOnce: 1, waiting: 1 });
  const fails = slots.run('known', () => Promise.reject(new Error('broken')));
  const next = slots.run('known', async () => 'done');
  await assert.rejects(fails, /broken/);
  assert.equal(await next, 'done');
});
