import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { signMediaToken } from '@vms/auth/media-token.ts';
import { TEST_ORIGIN, TestFeed } from '@vms/auth/testing/test-feed.ts';
import { systemErrorCode } from '@vms/common/errors.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import Fastify from 'fastify';
import { CAMERA, RecordedRuns } from '../../../test/media/recorded-runs.ts';
import { VolumeGate } from '../disk/volume-gate.ts';
import { Archive } from './archive.ts';
import { ByteBudget } from './byte-budget.ts';
import { systemFiles } from './files.ts';
import { MAX_SEGMENT_SEND_MS, mediaRoutes } from './media-routes.ts';

const KEY = new Uint8Array(32).fill(9);
const START = Date.UTC(2026, 5, 1);

/** A client that has asked for a segment larger than the sockets between us hold, and takes none of it. */
async function stalledClient(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'vms-stalled-'));
  const clock = new ManualClock(START);
  const runs = new RecordedRuns(folder);
  // 16 MB: more than the sockets between us hold.
  const payload = new Uint8Array(1024 * 1024);
  const run = await runs.record({
    start: START,
    clips: [
      {
        config: {
          kind: 'video',
          codec: 'h264',
          width: 16,
          height: 16,
          record: Uint8Array.of(1, 0x42, 0, 0x1e, 0xff, 0xe0, 0),
          codecString: 'avc1.42001e',
        },
        frames: Array.from({ length: 16 }, (_, i) => {
          return { ptsMs: i * 250, dtsMs: i * 250, keyframe: i === 0, payload };
        }),
      },
    ],
  });
  const archive = new Archive({
    catalogue: runs,
    files: systemFiles,
    gate: new VolumeGate(clock),
    logger: silentLogger,
  });
  const budget = new ByteBudget(clock);
  const feed = new TestFeed();
  const revocations = feed.reader(clock);
  const server = Fastify();
  await server.register(mediaRoutes, {
    archive,
    budget,
    mediaKey: KEY,
    clock,
    revocations,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const token = signMediaToken(KEY, {
    ...TEST_ORIGIN,
    camera: CAMERA,
    action: 'play',
    from: START,
    to: START + 4000,
    expiresAt: START + 600_000,
  });
  const name = `seg-${run.location.id.slice(4)}-0-${run.fragments.length}.m4s`;
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  t.after(async () => {
    socket.destroy();
    await server.close();
    await rm(folder, { recursive: true });
  });
  socket.write(`GET /media/v1/${token}/${name} HTTP/1.1\r\nHost: x\r\n\r\n`);
  const [head] = await once(socket, 'data');
  assert.match(String(head), /^HTTP\/1\.1 200 /);
  socket.pause();
  assert.ok(budget.taken >= 16 * 1024 * 1024);
  return { budget, clock, feed, revocations, server, socket, token };
}

/** Reads on, to the end of the connection. */
/** Reads on to the end of a connection; gives what was wrong with it. */
async function ended(socket: Socket): Promise<Error | undefined> {
  let failure: Error | undefined;
  socket.on('error', (error) => {
    failure = error;
  });
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  return failure;
}

test('a client that does not take its segment is disconnected, and its bytes are given back', async (t) => {
  const { budget, clock, socket } = await stalledClient(t);
  clock.advance(MAX_SEGMENT_SEND_MS);
  while (budget.taken > 0) await new Promise(setImmediate);
  await ended(socket);
});

test('an answer under way ends when what allowed it is revoked, and so do its addresses', async (t) => {
  const { budget, feed, revocations, server, socket, token } = await stalledClient(t);
  feed.revoke({ grant: 'ses_other' });
  await revocations.refresh();
  assert.ok(budget.taken > 0, 'nothing of another session ends');
  feed.revoke({ grant: TEST_ORIGIN.grant });
  await revocations.refresh();
  while (budget.taken > 0) await new Promise(setImmediate);
  const failure = await ended(socket);
  assert.equal(systemErrorCode(failure), 'ECONNRESET', 'what is on its way is dropped');
  const refused = await server.inject(`/media/v1/${token}/index.m3u8`);
  assert.match(refused.body, /sign-in or API token that opened this video has ended/);
  revocations.stop();
});
