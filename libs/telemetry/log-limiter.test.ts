import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Logger } from '@vms/common/logger.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { LogLimiter, MAX_COUNTED_LINES, REPEAT_INTERVAL_MS } from './log-limiter.ts';

function recorder(): { lines: [string, object, string][]; logger: Logger } {
  const lines: [string, object, string][] = [];
  const logger: Logger = {
    ...silentLogger,
    warn: (fields, message) => lines.push(['warn', fields, message]),
    error: (fields, message) => lines.push(['error', fields, message]),
  };
  return { lines, logger };
}

test('writes the first at once and the repeats once a second, counted', () => {
  const clock = new ManualClock();
  const { lines, logger } = recorder();
  const limiter = new LogLimiter(logger, clock);
  for (let i = 0; i < 500; i++) limiter.warn('rtp.lost', { i }, 'Packets lost.');
  limiter.error('other', {}, 'Something else.');
  assert.deepEqual(lines, [
    ['warn', { i: 0 }, 'Packets lost.'],
    ['error', {}, 'Something else.'],
  ]);
  clock.advance(REPEAT_INTERVAL_MS);
  assert.deepEqual(lines.slice(2), [['warn', { i: 499, repeated: 499 }, 'Packets lost.']]);
  clock.advance(REPEAT_INTERVAL_MS);
  limiter.warn('rtp.lost', { i: 500 }, 'Packets lost.');
  assert.deepEqual(lines.slice(3), [['warn', { i: 500 }, 'Packets lost.']]);
});

test('bounds what it counts, and tells the rest on close', () => {
  const { lines, logger } = recorder();
  const limiter = new LogLimiter(logger, new ManualClock());
  for (let i = 0; i < MAX_COUNTED_LINES + 50; i++) limiter.warn(`key ${i}`, { i }, 'Odd.');
  assert.equal(lines.length, MAX_COUNTED_LINES + 1);
  limiter.close();
  assert.deepEqual(lines.at(-1), ['warn', { i: MAX_COUNTED_LINES + 49, repeated: 49 }, 'Odd.']);
});
