import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { indexPathOf, VOLUME_IDENTITY_FILE, VOLUME_OWNER_FILE } from '@vms/format/paths.ts';
import { encodeVolumeIdentity } from '@vms/format/volume-identity.ts';
import { FrameHub } from '@vms/medialink/frame-hub.ts';
import { serveFrames } from '@vms/medialink/frame-server.ts';
import { clipFrames } from '../testing/clip-frames.ts';
import { until } from '../testing/installation.ts';
import { makeFifo } from '../testing/make-fifo.ts';
import { MAIN } from '../testing/writer-bench.ts';
import type { ControlMessage, StreamAssignment, WriterMessage } from './control-messages.ts';
import { BEAT_MS, VOLUME_IN_USE } from './volume-claim.ts';

const SYSTEM = { system: 'sys_a', host: 'recorder', dataPath: '/data' };
const RUNS = ['cam_aaaaaaaaaaaaaaaa', 'cam_bbbbbbbbbbbbbbbb'].map(
  (camera) => `${camera}/2026-01-02/09-00-00.000Z-main.mkv`,
);

/** A writer process on a new volume, with nobody who gives frames unless a test does. */
function writerOn(t: TestContext) {
  const volume = mkdtempSync(join(tmpdir(), 'vms-writer-'));
  const identity = { id: 'vol_aaaaaaaaaaaaaaaa', createdAt: '2026-01-01T00:00:00Z', tickMs: 500 };
  const text = encodeVolumeIdentity({ ...identity, sync: 'fdatasync' });
  writeFileSync(join(volume, VOLUME_IDENTITY_FILE), text);
  const program = fileURLToPath(new URL('./main.ts', import.meta.url));
  const args = ['--volume', volume, '--frames', join(volume, 'frames.sock')];
  const child = fork(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(volume, { recursive: true });
  });
  const messages: WriterMessage[] = [];
  child.on('message', (message: WriterMessage) => messages.push(message));
  return {
    child,
    volume,
    owner: join(volume, VOLUME_OWNER_FILE),
    messages,
    frames: join(volume, 'frames.sock'),
    start: (openRuns: readonly string[] = [], streams: readonly StreamAssignment[] = []) => {
      child.send({ type: 'start', system: SYSTEM, openRuns, streams } satisfies ControlMessage);
    },
    states: () => messages.flatMap((each) => (each.type === 'state' ? each.state : [])),
    isReady: () => messages.some(({ type }) => type === 'ready'),
  };
}

test('a full volume is taken, and recovered, once there is room', async (t) => {
  const { child, isReady, messages, owner, start, states } = writerOn(t);
  // Whatever is written there finds no room.
  symlinkSync('/dev/full', `${owner}.new`);
  start();
  await until('full', () => states().includes('full'));
  assert.ok(messages.some((each) => each.type === 'state' && /volume is full/.test(each.detail)));
  assert.equal(isReady(), false);
  assert.equal(existsSync(owner), false);
  rmSync(`${owner}.new`);
  child.send({ type: 'retry' } satisfies ControlMessage);
  await until('ready', isReady);
  assert.equal(JSON.parse(readFileSync(owner, 'utf8')).pid, child.pid);
});

test('a volume that cannot be written is no reason not to stop', async (t) => {
  const { child, owner, start, states } = writerOn(t);
  mkdirSync(`${owner}.new`);
  start();
  await until('failing', () => states().includes('failing'));
  child.send({ type: 'stop' } satisfies ControlMessage);
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});

test('what ingest holds back when a writer is told to stop is recorded', async (t) => {
  const { child, frames, messages, start } = writerOn(t);
  const hub = new FrameHub();
  const address = { path: frames };
  const server = await serveFrames(hub, { address, clock: systemClock, logger: silentLogger });
  t.after(() => server.close());
  start([], [MAIN]);
  await until('it takes frames', () => hub.stats().subscribers === 1);
  const sent = clipFrames({ count: 120 });
  for (const frame of sent.slice(0, 60)) hub.publish(frame);
  await until('it records', () => messages.some(({ type }) => type === 'acknowledged'));
  for (const frame of sent.slice(60)) hub.publish(frame);
  child.send({ type: 'stop' } satisfies ControlMessage);
  await once(child, 'exit');
  const closed = messages.flatMap((each) => (each.type === 'closed' ? each.run.frames : []));
  assert.deepEqual(closed, [sent.length]);
});

/** An open run of which looking at the index hangs until somebody opens its other end; gives what does. */
function hangingRun(t: TestContext, volume: string, path: string): () => void {
  const run = join(volume, path);
  mkdirSync(dirname(run), { recursive: true });
  writeFileSync(run, '');
  const index = indexPathOf(run);
  makeFifo(index);
  return () => {
    const otherEnd = openSync(index, constants.O_RDWR | constants.O_NONBLOCK);
    t.after(() => closeSync(otherEnd));
  };
}

test('a writer beats while it recovers', async (t) => {
  const { isReady, owner, start, volume } = writerOn(t);
  const goOn = RUNS.map((path) => hangingRun(t, volume, path));
  start(RUNS);
  const beat = () => JSON.parse(readFileSync(owner, 'utf8')).beat;
  await until('taken', () => existsSync(owner));
  // The clocks of file systems go in steps of some milliseconds, and the writer checks only once.
  const isDue = () => Date.now() - statSync(owner).mtimeMs > BEAT_MS + 100;
  await until('a beat is due', isDue);
  assert.equal(beat(), 1);
  goOn[0]?.();
  // It hangs at the next run by now.
  await until('the next beat', () => beat() === 2);
  assert.equal(isReady(), false);
  goOn[1]?.();
  await until('ready', isReady);
});

test('a volume that another took during recovery is left to it', async (t) => {
  const { child, isReady, owner, start, states, volume } = writerOn(t);
  const [path = ''] = RUNS;
  const goOn = hangingRun(t, volume, path);
  start([path]);
  await until('taken', () => existsSync(owner));
  const record = { ...SYSTEM, system: 'sys_b', bootId: 'b', pid: 7, beat: 1 };
  writeFileSync(owner, JSON.stringify(record));
  goOn();
  const code = await until('given up', () => child.exitCode);
  assert.equal(code, VOLUME_IN_USE);
  assert.ok(states().includes('in-use'));
  assert.equal(isReady(), false, 'nothing is recorded');
  assert.deepEqual(JSON.parse(readFileSync(owner, 'utf8')), record);
});
