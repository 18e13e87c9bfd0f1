import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coreCount } from './measure.ts';
import { benchViewers, type ViewersBenchOptions } from './viewers.ts';

const SHORT: ViewersBenchOptions = {
  viewers: 4,
  cameras: 2,
  megabits: 1,
  gopSeconds: 2,
  seconds: 2,
  tamper: false,
  // Other tests run beside this one: its CPU figures say nothing.
  acceptVoid: true,
};
const skip = coreCount() < 2 ? 'it needs two cores' : false;

test('every viewer gets every picture as its camera sent it', {
  skip,
  timeout: 180_000,
}, async () => {
  const { run, summary } = await benchViewers(SHORT);
  assert.deepEqual(Object.keys(summary), [
    ...['bench', 'viewers', 'lostPackets', 'usPerPacket', 'corePercent', 'setupMsPerSession'],
  ]);
  assert.deepEqual([summary.viewers, summary.lostPackets], [4, 0]);
  assert.ok(run.checkedPictures >= 4 * 2 * 25, `${run.checkedPictures}`);
  assert.ok(run.packets > 0 && run.mbitPerViewer > 0.5, JSON.stringify(run));
  assert.ok(summary.usPerPacket > 0 && summary.corePercent > 0);
});

test('a tampered run shows the one packet that was dropped on purpose', {
  skip,
  timeout: 180_000,
}, async () => {
  const { summary } = await benchViewers({ ...SHORT, tamper: true });
  assert.equal(summary.lostPackets, 1);
});
