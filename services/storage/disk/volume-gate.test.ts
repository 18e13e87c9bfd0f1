import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { PlaybackError } from '../playback-error.ts';
import { CALL_TIMEOUT_MS, READ_LIMITS, VolumeGate } from './volume-gate.ts';

const never = (): Promise<never> => new Promise(() => {});
const busy = (error: unknown): boolean =>
  error instanceof PlaybackError && error.code === 'playback.volume-busy';

test('a hung volume takes four reads, and those who wait are told; others go on', async () => {
  const clock = new ManualClock();
  const gate = new VolumeGate(clock);
  const hung = Array.from({ length: READ_LIMITS.underWay }, () => gate.run('hung', never));
  const waiting = gate.run('hung', async () => 'never begun');
  assert.equal(gate.underWay('hung'), READ_LIMITS.underWay);
  assert.equal(await gate.run('well', async () => 'read'), 'read');
  clock.advance(CALL_TIMEOUT_MS);
  for (const read of [...hung, waiting]) await assert.rejects(read, busy);
  // The four keep their places for as long as the disk keeps them: no fifth thread is given.
  let begun = false;
  const later = gate.run('hung', async () => {
    begun = true;
  });
  clock.advance(CALL_TIMEOUT_MS);
  await assert.rejects(later, busy);
  assert.equal(begun, false);
  assert.equal(gate.underWay('hung'), READ_LIMITS.underWay);
});

test('those who wait come in their order when a read ends, also by an error', async () => {
  const gate = new VolumeGate(new ManualClock());
  const ends: (() => void)[] = [];
  const failing = gate.run('v', () => Promise.reject(new Error('EIO')));
  for (let i = 1; i < READ_LIMITS.underWay; i++) {
    void gate.run('v', () => new Promise<void>((resolve) => ends.push(resolve)));
  }
  const order: number[] = [];
  const first = gate.run('v', async () => order.push(1));
  const second = gate.run('v', async () => order.push(2));
  await assert.rejects(failing, /EIO/);
  await Promise.all([first, second]);
  assert.deepEqual(order, [1, 2]);
  for (const end of ends) end();
});

test('no more than so many wait', async () => {
  const clock = new ManualClock();
  const gate = new VolumeGate(clock);
  const reads: Promise<unknown>[] = [];
  for (let i = 0; i < READ_LIMITS.underWay + READ_LIMITS.waiting; i++) {
    reads.push(gate.run('v', never));
  }
  await assert.rejects(gate.run('v', never), busy);
  clock.advance(CALL_TIMEOUT_MS);
  const results = await Promise.allSettled(reads);
  assert.ok(results.every((result) => result.status === 'rejected'));
});
