import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { signMediaToken } from '@vms/auth/media-token.ts';
import { TEST_ORIGIN, TestFeed } from '@vms/auth/testing/test-feed.ts';
import { systemClock } from '@vms/common/clock.ts';
import { healthOf } from '@vms/common/lifecycle.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { createHttpServer, type HttpServer } from '@vms/http/server.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { makeVideoClip } from '../../../test/media/clip.ts';
import { CAMERA, type RecordedRun, RecordedRuns } from '../../../test/media/recorded-runs.ts';
import { VolumeGate } from '../disk/volume-gate.ts';
import { Archive } from './archive.ts';
import { ByteBudget } from './byte-budget.ts';
import { parseRange } from './byte-range.ts';
import { systemFiles } from './files.ts';
import { mediaRoutes } from './media-routes.ts';

const KEY = new Uint8Array(32).fill(9);
const START = Date.UTC(2026, 3, 1, 2, 3, 4, 5);

let folder = '';
let server: HttpServer;
let url = '';
let file: Buffer;
let run: RecordedRun;
let opened = 0;
let closed = 0;

describe('download of a recording', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vms-download-'));
    const runs = new RecordedRuns(folder);
    // Larger than a chunk, so that more than one is read.
    const clip = await makeVideoClip({ codec: 'h264', seconds: 10, width: 640, height: 480 });
    run = await runs.record({ start: START, clips: [clip] });
    file = await readFile(run.location.mkvPath);
    const files = {
      async open(path: string) {
        const real = await systemFiles.open(path);
        opened++;
        return {
          ...real,
          close: () => {
            closed++;
            return real.close();
          },
        };
      },
    };
    const gate = new VolumeGate(systemClock);
    const archive = new Archive({ catalogue: runs, files, gate, logger: silentLogger });
    server = await createHttpServer({
      service: 'storage',
      logger: silentLogger,
      metrics: createMetrics('storage'),
      health: () => healthOf({}),
    });
    const budget = new ByteBudget(systemClock);
    await server.register(mediaRoutes, {
      archive,
      budget,
      mediaKey: KEY,
      clock: systemClock,
      revocations: new TestFeed().reader(systemClock),
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
    const token = signMediaToken(KEY, {
      ...TEST_ORIGIN,
      camera: CAMERA,
      action: 'download',
      run: run.location.id,
      expiresAt: Date.now() + 60_000,
    });
    const { port } = server.server.address() as AddressInfo;
    url = `http://127.0.0.1:${port}/media/v1/${token}/recording.mkv`;
  });

  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  async function get(headers: Record<string, string>, method = 'GET') {
    const response = await fetch(url, { headers, method });
    return { response, body: Buffer.from(await response.arrayBuffer()) };
  }

  test('the whole file, byte for byte, with a name to save it under', async () => {
    assert.ok(file.length > 512 * 1024);
    const { body, response } = await get({});
    assert.equal(response.status, 200);
    assert.deepEqual(body, file);
    assert.equal(response.headers.get('content-type'), 'video/matroska');
    assert.equal(response.headers.get('accept-ranges'), 'bytes');
    assert.equal(response.headers.get('content-length'), String(file.length));
    assert.equal(
      response.headers.get('content-disposition'),
      `attachment; filename="${CAMERA}_2026-04-01T02-03-04.005Z.mkv"`,
    );
  });

  test('single ranges', async () => {
    const size = file.length;
    const cases: [string, number, number][] = [
      ['bytes=0-0', 0, 0],
      ['bytes=100-299', 100, 299],
      [`bytes=${size - 1}-`, size - 1, size - 1],
      ['bytes=-500', size - 500, size - 1],
      [`bytes=-${size * 2}`, 0, size - 1],
      [`bytes=10-${size * 2}`, 10, size - 1],
    ];
    for (const [range, first, last] of cases) {
      const { body, response } = await get({ range });
      assert.equal(response.status, 206, range);
      assert.equal(response.headers.get('content-range'), `bytes ${first}-${last}/${size}`);
      assert.deepEqual(body, file.subarray(first, last + 1), range);
    }
  });

  test('a range behind the end is 416 and says where the end is', async () => {
    for (const range of [`bytes=${file.length}-`, 'bytes=-0']) {
      const { body, response } = await get({ range });
      assert.equal(response.status, 416);
      assert.equal(response.headers.get('content-range'), `bytes */${file.length}`);
      assert.equal(JSON.parse(body.toString()).code, 'playback.range-not-satisfiable');
    }
  });

  test('If-Range with another tag, or a date, gives the whole file', async () => {
    const { response: first } = await get({ range: 'bytes=0-9' });
    const etag = first.headers.get('etag') ?? '';
    const same = await get({ range: 'bytes=0-9', 'if-range': etag });
    assert.equal(same.response.status, 206);
    for (const other of ['"other"', `W/${etag}`, 'Wed, 21 Oct 2026 07:28:00 GMT']) {
      const { body, response } = await get({ range: 'bytes=0-9', 'if-range': other });
      assert.equal(response.status, 200, other);
      assert.equal(body.length, file.length);
    }
    const unchanged = await get({ 'if-none-match': etag });
    assert.equal(unchanged.response.status, 304);
  });

  test('HEAD has the same headers and no body', async () => {
    const whole = await get({}, 'HEAD');
    assert.equal(whole.response.status, 200);
    assert.equal(whole.response.headers.get('content-length'), String(file.length));
    assert.equal(whole.body.length, 0);
    const part = await get({ range: 'bytes=5-9' }, 'HEAD');
    assert.equal(part.response.status, 206);
    assert.equal(part.response.headers.get('content-length'), '5');
  });

  test('a client that leaves in the middle leaves no file open', async () => {
    const leave = new AbortController();
    const response = await fetch(url, { signal: leave.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    leave.abort();
    await assert.rejects(async () => {
      for (;;) if ((await reader?.read())?.done) return;
    });
    while (closed < opened) await new Promise(setImmediate);
    assert.equal(closed, opened);
  });

  test('headers that are no single range of bytes mean the whole', () => {
    for (const header of [
      undefined,
      '',
      'bytes',
      'bytes=',
      'bytes=-',
      'bytes=5-4',
      'bytes=0-1,5-6',
      'items=0-1',
      'bytes=a-b',
    ]) {
      assert.equal(parseRange(header, 100), 'whole', String(header));
    }
    assert.deepEqual(parseRange('bytes=7-', 100), { first: 7, last: 99 });
    assert.equal(parseRange('bytes=0-', 0), 'unsatisfiable');
  });
});
