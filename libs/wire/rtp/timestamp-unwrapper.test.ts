import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimestampUnwrapper } from './timestamp-unwrapper.ts';

test('the first timestamp is itself, and time goes on over the wrap', () => {
  const unwrapper = new TimestampUnwrapper();
  assert.equal(unwrapper.unwrap(0xffff_f000), 0xffff_f000);
  for (let i = 1; i < 100_000; i++) {
    const expected = 0xffff_f000 + i * 90_000;
    assert.equal(unwrapper.unwrap(expected % 2 ** 32), expected);
  }
});

test('time goes back for B-frames', () => {
  const unwrapper = new TimestampUnwrapper();
  const times = [7200, 14400, 3600, 10800].map((time) => unwrapper.unwrap((time - 9000) >>> 0));
  assert.deepEqual(
    times.map((time) => time - (times[0] ?? 0)),
    [0, 7200, -3600, 3600],
  );
});

test('quirk timestamp-jump: one stray timestamp moves its own frame only', () => {
  const unwrapper = new TimestampUnwrapper();
  const hours = 3 * 3600 * 90_000;
  const times = [0, 3600, 7200 + hours, 10800, 14400].map((time) => unwrapper.unwrap(time >>> 0));
  assert.deepEqual(times, [0, 3600, 7200 + hours, 10800, 14400]);
});

test('peeking moves nothing', () => {
  const unwrapper = new TimestampUnwrapper();
  assert.equal(unwrapper.peek(5), 5);
  unwrapper.unwrap(0xffffffff);
  assert.equal(unwrapper.peek(9), 0xffffffff + 10);
  assert.equal(unwrapper.unwrap(1), 0xffffffff + 2);
});
