import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraId } from '@vms/common/ids.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { createCameraList, LIST_LIFE_MS } from './camera-list.ts';

const A = 'cam_aaaaaaaaaaaaaaaa' as CameraId;
const B = 'cam_bbbbbbbbbbbbbbbb' as CameraId;

test('an answer is believed for a while, but not that a camera is missing', async () => {
  const clock = new ManualClock();
  let ids: string[] | undefined = [A];
  let asked = 0;
  const list = createCameraList(
    async () => {
      asked++;
      if (ids === undefined) throw new Error('away');
      return ids;
    },
    clock,
    silentLogger,
  );
  assert.equal(await list.has(A), true);
  clock.advance(1);
  assert.equal(await list.has(A), true);
  assert.equal(asked, 1);
  ids = [A, B];
  assert.equal(await list.has(B), true, 'it was added a moment ago');
  assert.equal(asked, 2);
  ids = [];
  clock.advance(LIST_LIFE_MS + 1);
  assert.equal(await list.has(A), false);
  ids = undefined;
  clock.advance(LIST_LIFE_MS + 1);
  assert.equal(await list.has(A), false, 'the last known list holds');
  assert.match(list.failure ?? '', /away/);
});
