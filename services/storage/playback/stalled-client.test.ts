import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { signMediaToken } from '@vms/auth/media-token.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import Fastify from 'fastify';
import { CAMERA, RecordedRuns } from '../../../test/media/recorded-runs.ts';
import { Archive } from './archive.ts';
import { ByteBudget } from './byte-budget.ts';
import { systemFiles } from './files.ts';
import { MAX_SEGMENT_SEND_MS, mediaRoutes } from './media-routes.ts';
import { ReadGate } from './read-gate.ts';

const KEY = new Uint8Array(32).fill(9);
const START = Date.UTC(2026, 5, 1);

test('a client that does not take its segment is put out, and its bytes are given back', async () => {
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
    gate: new ReadGate(clock),
    logger: silentLogger,
  });
  const budget = new ByteBudget(clock);
  const server = Fastify();
  await server.register(mediaRoutes, { archive, budget, mediaKey: KEY, clock });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const token = signMediaToken(KEY, {
    camera: CAMERA,
    action: 'play',
    from: START,
    to: START + 4000,
    expiresAt: START + 600_000,
  });
  const name = `seg-${run.location.id.slice(4)}-0-${run.fragments.length}.m4s`;
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  try {
    socket.write(`GET /media/v1/${token}/${name} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const [head] = await once(socket, 'data');
    assert.match(String(head), /^HTTP\/1\.1 200 /);
    socket.pause();
    assert.ok(budget.taken >= 16 * 1024 * 1024);
    clock.advance(MAX_SEGMENT_SEND_MS);
    while (budget.taken > 0) await new Promise(setImmediate);
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'close');
  } finally {
    socket.destroy();
    await server.close();
    await rm(folder, { recursive: true });
  }
});
