import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchDepacketize } from './depacketize.ts';

const options = { cameras: 2, seconds: 2, readBytes: 4300 };

test('the depacketize benchmark loses nothing', () => {
  const { summary } = benchDepacketize({ ...options, tamper: false });
  assert.equal(summary.lostFrames, 0);
});

test('a packet left out on purpose shows', () => {
  const { summary } = benchDepacketize({ ...options, tamper: true });
  assert.equal(summary.lostFrames, options.cameras);
});
