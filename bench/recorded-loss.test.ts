import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import { compareWithLedger, frameHashes } from './recorded-loss.ts';

const SENT = [...'KabcKdefKghi'].map((hash, index) => ({
  hash: hash === 'K' ? `K${index}` : hash,
  keyframe: hash === 'K',
}));
const hashes = SENT.map(({ hash }) => hash);

test('everything recorded from the first keyframe on is no loss', () => {
  assert.deepEqual(compareWithLedger(SENT, hashes), {
    sentFrames: 12,
    recordedFrames: 12,
    lostFrames: 0,
    strangeFrames: 0,
  });
  assert.equal(compareWithLedger(SENT, hashes.slice(4)).lostFrames, 0);
});

test('what is missing in the middle or at the end is lost', () => {
  assert.equal(compareWithLedger(SENT, hashes.toSpliced(6, 1)).lostFrames, 1);
  assert.equal(compareWithLedger(SENT, hashes.slice(0, -2)).lostFrames, 2);
  assert.equal(compareWithLedger(SENT, []).lostFrames, 12);
});

test('what was never sent, comes twice or in another order is strange', () => {
  assert.equal(compareWithLedger(SENT, hashes.toSpliced(3, 0, 'x')).strangeFrames, 1);
  assert.equal(compareWithLedger(SENT, hashes.toSpliced(3, 0, 'a')).strangeFrames, 1);
  const swapped = compareWithLedger(SENT, ['K0', 'b', 'a', ...hashes.slice(3)]);
  assert.deepEqual([swapped.lostFrames, swapped.strangeFrames], [1, 1]);
});

/** Records a camera with ffmpeg for some frames, tampering with the wire or not. */
async function record(t: TestContext, tamper: boolean) {
  const simulator = await startCameraSimulator({ cameras: [{ name: 'cam0' }] });
  t.after(() => simulator.stop());
  const folder = await mkdtemp(join(tmpdir(), 'vms-bench-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'cam0.mkv');
  const input = ['-v', 'error', '-rtsp_transport', 'tcp', '-i', simulator.url('cam0')];
  const recorder = spawn('ffmpeg', [...input, '-c', 'copy', file], { stdio: ['pipe', 2, 2] });
  const camera = simulator.camera('cam0');
  const sent = async (frames: number) => {
    while (camera.ledger().length < frames) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await sent(30);
  if (tamper) simulator.setFault('drop-frame', 'cam0');
  await sent(75);
  simulator.hold();
  // ffmpeg writes a frame when the next one comes: the end of the session gives it the last.
  simulator.closeConnections();
  await once(recorder, 'exit');
  return compareWithLedger(camera.ledger(), await frameHashes(file, 'h264'));
}

test('a recording of everything sent shows no loss', async (t) => {
  const loss = await record(t, false);
  assert.ok(loss.sentFrames >= 75);
  assert.deepEqual([loss.lostFrames, loss.strangeFrames], [0, 0]);
});

test('one frame dropped on purpose shows as one lost', async (t) => {
  const loss = await record(t, true);
  assert.deepEqual([loss.lostFrames, loss.strangeFrames], [1, 0]);
});
