import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { CallerTurns, MAX_CALLS_PER_CALLER, TURN_TIMEOUT_MS } from './caller-turns.ts';

/** Calls of which each ends when the test says so, in the order in which they began. */
function calls(clock = new ManualClock()) {
  const turns = new CallerTurns(clock);
  const began: { readonly name: string; end(): void; fail(): void }[] = [];
  const call = (address: string, name: string, left = new EventEmitter()): Promise<string> =>
    turns.run(address, left, () => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      began.push({ name, end: () => resolve(name), fail: () => reject(new Error(name)) });
      return promise;
    });
  const many = (address: string): Promise<string>[] =>
    Array.from({ length: MAX_CALLS_PER_CALLER }, (_, i) => call(address, `${i}`));
  return { clock, turns, began, call, many };
}

test('a caller that sends many requests waits for its own, and nobody else does', async () => {
  const { began, call, many } = calls();
  many('2001:db8::1');
  const late = call('2001:db8::2', 'the same /64');
  void call('2001:db8:0:1::1', 'another');
  assert.deepEqual(
    began.slice(MAX_CALLS_PER_CALLER).map(({ name }) => name),
    ['another'],
  );
  began[0]?.end();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(began.at(-1)?.name, 'the same /64');
  began.at(-1)?.end();
  assert.equal(await late, 'the same /64');
});

test('those who wait go first, in their order; a call that fails gives its place on as well', async () => {
  const { turns, began, call, many } = calls();
  const first = Promise.allSettled(many('192.0.2.1'));
  const waiting = ['a', 'b', 'c'].map((name) => call('192.0.2.1', name));
  began[0]?.fail();
  began[1]?.end();
  void call('192.0.2.1', 'came last');
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    began.slice(MAX_CALLS_PER_CALLER).map(({ name }) => name),
    ['a', 'b'],
  );
  while (turns.size > 0) {
    for (const { end } of began) end();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(await Promise.all(waiting), ['a', 'b', 'c']);
  assert.equal((await first)[0]?.status, 'rejected');
  assert.equal(began.at(-1)?.name, 'came last');
});

test('a request waits so long and no longer, and not for a caller that has left', async () => {
  const { clock, turns, began, call, many } = calls();
  many('192.0.2.1');
  const left = new EventEmitter();
  const abandoned = assert.rejects(call('192.0.2.1', 'left', left), /left/);
  const tooLate = assert.rejects(call('192.0.2.1', 'late'), {
    code: 'http.too-many-requests',
    retryAfterSeconds: 1,
  });
  assert.equal(turns.waiting, 2);
  left.emit('abort');
  await abandoned;
  assert.equal(left.listenerCount('abort'), 0);
  clock.advance(TURN_TIMEOUT_MS - 1);
  assert.equal(turns.waiting, 1);
  clock.advance(1);
  await tooLate;
  assert.equal(turns.waiting, 0);
  assert.equal(began.length, MAX_CALLS_PER_CALLER);
});
