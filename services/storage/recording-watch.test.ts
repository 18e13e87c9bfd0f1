import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { RecordingWatch } from './recording-watch.ts';

test('counts from the last acknowledgement, or from the first question', () => {
  const clock = new ManualClock();
  const watch = new RecordingWatch(clock);
  watch.acknowledged('a');
  clock.advance(1_000);
  assert.deepEqual(
    [...watch.unacknowledgedMs(['a', 'b'])],
    [
      ['a', 1_000],
      ['b', 0],
    ],
  );
  clock.advance(1_000);
  watch.acknowledged('a');
  assert.deepEqual(
    [...watch.unacknowledgedMs(['a', 'b'])],
    [
      ['a', 0],
      ['b', 1_000],
    ],
  );
});

test('a camera that is switched off and on again is counted from then', () => {
  const clock = new ManualClock();
  const watch = new RecordingWatch(clock);
  watch.acknowledged('a');
  watch.unacknowledgedMs([]);
  clock.advance(1_000);
  assert.deepEqual([...watch.unacknowledgedMs(['a'])], [['a', 0]]);
});
