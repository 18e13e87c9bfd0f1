import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { HUNG_MS, LATE_SHOWN_MS, LATE_TICKS, VolumeMonitor } from './volume-state.ts';

function monitor() {
  const clock = new ManualClock();
  const volume = new VolumeMonitor(clock, 500);
  volume.told('recording', '');
  return { clock, volume };
}

test('a writer that is not heard is hung, whatever it said before', () => {
  const { clock, volume } = monitor();
  clock.advance(HUNG_MS);
  assert.equal(volume.condition().state, 'recording');
  clock.advance(1);
  assert.equal(volume.condition().state, 'hung');
  assert.equal(volume.health().status, 'failing');
  volume.alive(0, true);
  assert.equal(volume.condition().state, 'recording');
});

test('frames that wait without an acknowledgement make a volume hung; a quiet one is not', () => {
  const { clock, volume } = monitor();
  for (let i = 0; i < 20; i++) {
    clock.advance(1000);
    volume.alive(0, true);
  }
  assert.equal(volume.condition().state, 'recording');
  for (let i = 0; i < 7; i++) {
    volume.alive(1000, true);
    clock.advance(1000);
  }
  assert.equal(volume.condition().state, 'hung');
  assert.ok(volume.acknowledgementAgeMs >= 7000);
  volume.acknowledged(7000);
  assert.equal(volume.condition().state, 'recording');
});

test('a late acknowledgement is told of for a while', () => {
  const { clock, volume } = monitor();
  volume.acknowledged(500 * LATE_TICKS);
  assert.equal(volume.health().status, 'ok');
  volume.acknowledged(500 * LATE_TICKS + 1);
  assert.equal(volume.health().status, 'degraded');
  for (let at = 0; at < LATE_SHOWN_MS; at += 1000) {
    clock.advance(1000);
    volume.acknowledged(400);
  }
  assert.equal(volume.health().status, 'ok');
});

test('the age of the last acknowledgement is forgotten where nothing is written any more', () => {
  const { clock, volume } = monitor();
  volume.acknowledged(9000);
  clock.advance(LATE_SHOWN_MS);
  volume.alive(0, true);
  assert.equal(volume.acknowledgementAgeMs, 9000);
  clock.advance(1);
  volume.alive(0, true);
  assert.equal(volume.acknowledgementAgeMs, 0);
});

test('what the writer tells is shown; a start that takes too long as well', () => {
  const { clock, volume } = monitor();
  volume.told('full', 'The volume is full.');
  assert.deepEqual(volume.condition(), { state: 'full', detail: 'The volume is full.' });
  const starting = new VolumeMonitor(clock, 500);
  assert.equal(starting.condition().state, 'recording');
  clock.advance(30_000);
  assert.equal(starting.condition().state, 'hung');
  volume.told('recording', '');
  volume.alive(0, false);
  assert.equal(volume.health().status, 'degraded');
});
