import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { apiConfigSchema } from '@vms/api/config.ts';
import { createApi } from '@vms/api/service.ts';
import { createMemoryBus } from '@vms/bus/memory-bus.ts';
import {
  CAMERA_IDENTITIES,
  type CameraIdentity,
  type MakerName,
} from '@vms/camera-sim/camera-identity.ts';
import { camerasOf, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import { systemClock } from '@vms/common/clock.ts';
import { ingestConfigSchema } from '@vms/ingest/config.ts';
import { createIngest } from '@vms/ingest/service.ts';
import { createLogger } from '@vms/telemetry/logger.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';

const SERVER = join(import.meta.dirname, '..', 'fixtures', 'gstreamer', 'rtsp_server.py');
const TOKEN = 'internal-token-of-the-test';
const LOGIN = { username: 'admin', password: 'c4n4ry pass/word' };

interface Answer {
  readonly outcome: string;
  readonly detail: string;
  readonly maker: { readonly id: string } | null;
  readonly streams: readonly {
    readonly role: string;
    readonly url: string;
    readonly test: {
      readonly state: string;
      readonly gopSeconds: number | null;
      readonly framesPerSecond: number;
      readonly tracks: readonly { readonly codec: string; readonly profile?: string }[];
      readonly browser: { readonly webrtc: { readonly ok: boolean } };
      readonly advice: readonly { readonly code: string }[];
    };
  }[];
  readonly tried: number;
}

interface Rig {
  find(port: number, login?: object): Promise<Answer>;
  readonly log: string[];
}

/** API and ingest as they run, without the processes around them. */
async function start(t: TestContext): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'vms-search-'));
  const log: string[] = [];
  const logger = createLogger({
    service: 'test',
    level: 'debug',
    destination: { write: (line) => log.push(line) },
  });
  const bus = createMemoryBus();
  const deps = { clock: systemClock, logger, bus };
  const secrets = {
    masterKey: new Uint8Array(32).fill(1),
    mediaKey: new Uint8Array(32).fill(2),
    internalToken: TOKEN,
  };
  const ingest = createIngest(ingestConfigSchema.parse({ port: 0, allowLoopbackCameras: true }), {
    ...deps,
    secrets,
    metrics: createMetrics('ingest', { process: false }),
    folder,
    frames: { path: join(folder, 'frames.sock') },
    directory: { list: async () => ({ revision: '1', cameras: [] }) },
  });
  await ingest.start();
  let password = '';
  const databasePath = join(folder, 'vms.sqlite');
  const ingestUrl = ingest.address?.url ?? '';
  const api = createApi(apiConfigSchema.parse({ port: 0, databasePath, ingestUrl }), {
    ...deps,
    secrets,
    metrics: createMetrics('api', { process: false }),
    announceFirstPassword: (_, first) => {
      password = first;
    },
  });
  await api.start();
  t.after(async () => {
    await api.stop();
    await ingest.stop();
    await bus.close();
    await rm(folder, { recursive: true });
  });
  const origin = api.address?.url ?? '';
  const ask = (path: string, body: object, cookie = ''): Promise<Response> =>
    fetch(`${origin}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin, cookie },
      body: JSON.stringify(body),
    });
  const session = await ask('/session', { username: 'admin', password });
  const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return {
    log,
    async find(port, login = LOGIN) {
      const response = await ask(
        '/cameras/find',
        { address: `127.0.0.1:${port}`, ...login },
        cookie,
      );
      const text = await response.text();
      assert.equal(response.status, 200, text);
      assert.ok(!text.includes(LOGIN.password), 'the password is in the answer');
      return JSON.parse(text) as Answer;
    },
  };
}

for (const maker of ['hikvision', 'dahua', 'reolink', 'tp-link'] as const satisfies MakerName[]) {
  test(`a camera of ${maker} is found by address, user name and password alone`, {
    timeout: 60_000,
  }, async (t) => {
    const rig = await start(t);
    const identity: CameraIdentity = CAMERA_IDENTITIES[maker];
    const cameras = camerasOf(identity, 'pcma');
    const simulator = await startCameraSimulator({ cameras, identity, credentials: LOGIN });
    t.after(() => simulator.stop());
    const { outcome, detail, streams, tried, maker: found } = await rig.find(simulator.port);
    assert.equal(outcome, 'found', detail);
    assert.equal(found?.id, maker);
    // Reolink's cameras say "no such path" to everybody, and who they are only with the right path.
    assert.ok(tried === 2 || (!identity.asksFirst && tried < 8), `${tried} paths were tried`);
    assert.deepEqual(
      streams.map(({ role, url }) => [role, url]),
      [
        ['main', simulator.url('main')],
        ['sub', simulator.url('sub')],
      ],
    );
    const [main, sub] = streams;
    assert.ok(main !== undefined && sub !== undefined);
    assert.deepEqual([main.test.state, sub.test.state], ['online', 'online']);
    assert.deepEqual([main.test.gopSeconds, sub.test.gopSeconds], [2, 2]);
    assert.ok(Math.abs(main.test.framesPerSecond - 25) < 2, `${main.test.framesPerSecond}`);
    assert.deepEqual(
      [main, sub].map(({ test: { tracks } }) => tracks[0]?.profile),
      ['Main', 'High'],
    );
    assert.deepEqual(
      [main, sub].map(({ test: { browser } }) => browser.webrtc.ok),
      [false, true],
    );
    assert.deepEqual(main.test.advice, []);
    assert.ok(!rig.log.join('').includes(LOGIN.password), 'the password is in the log');
  });
}

test('a wrong password is told, and so is that none was given', { timeout: 60_000 }, async (t) => {
  const rig = await start(t);
  const identity = CAMERA_IDENTITIES.dahua;
  const cameras = camerasOf(identity);
  const simulator = await startCameraSimulator({ cameras, identity, credentials: LOGIN });
  t.after(() => simulator.stop());
  const wrong = await rig.find(simulator.port, { username: 'admin', password: 'another' });
  assert.deepEqual([wrong.outcome, wrong.maker?.id], ['wrong-password', 'dahua']);
  assert.equal((await rig.find(simulator.port, {})).outcome, 'password-needed');
});

test("GStreamer's server, which is not ours, is searched, tested and told", {
  timeout: 60_000,
}, async (t) => {
  const rig = await start(t);
  const { username, password } = LOGIN;
  const child = spawn('/usr/bin/python3', [SERVER, 'h264', username, password, '/stream1'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { port } = JSON.parse(line) as { port: number };
  const found = await rig.find(port);
  assert.equal(found.outcome, 'found', found.detail);
  assert.equal(found.streams[0]?.url, `rtsp://127.0.0.1:${port}/stream1`);
  assert.equal(found.streams[0]?.test.state, 'online', JSON.stringify(found.streams));
  const wrong = await rig.find(port, { username, password: 'another' });
  assert.equal(wrong.outcome, 'wrong-password');
});
