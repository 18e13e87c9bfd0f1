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
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { indexPathOf, VOLUME_IDENTITY_FILE, VOLUME_OWNER_FILE } from '@vms/format/paths.ts';
import { encodeVolumeIdentity } from '@vms/format/volume-identity.ts';
import { until } from '../testing/installation.ts';
import { makeFifo } from '../testing/make-fifo.ts';
import type { ControlMessage, WriterMessage } from './control-messages.ts';
import { VOLUME_IN_USE } from './volume-claim.ts';

const SYSTEM = { system: 'sys_a', host: 'recorder', dataPath: '/data' };
const RUN = 'cam_aaaaaaaaaaaaaaaa/2026-01-02/09-00-00.000Z-main.mkv';

/** A writer process on a new volume, with nobody who gives frames. */
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
    start: (openRuns: readonly string[] = []) => {
      child.send({ type: 'start', system: SYSTEM, openRuns, streams: [] } satisfies ControlMessage);
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

test('a volume that another took during recovery is left to it', async (t) => {
  const { child, isReady, owner, start, states, volume } = writerOn(t);
  const run = join(volume, RUN);
  mkdirSync(dirname(run), { recursive: true });
  writeFileSync(run, '');
  const index = indexPathOf(run);
  // Opening it hangs, as on a disk that does not respond, until somebody opens its other end.
  makeFifo(index);
  start([RUN]);
  await until('taken', () => existsSync(owner));
  const record = { ...SYSTEM, system: 'sys_b', bootId: 'b', pid: 7, beat: 1 };
  writeFileSync(owner, JSON.stringify(record));
  const otherEnd = openSync(index, constants.O_RDWR | constants.O_NONBLOCK);
  t.after(() => closeSync(otherEnd));
  const code = await until('given up', () => child.exitCode);
  assert.equal(code, VOLUME_IN_USE);
  assert.ok(states().includes('in-use'));
  assert.equal(isReady(), false, 'nothing is recorded');
  assert.deepEqual(JSON.parse(readFileSync(owner, 'utf8')), record);
});
