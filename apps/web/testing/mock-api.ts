import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Camera, CameraInput, CameraTest } from '../src/api/types.ts';
import { alertPage, createAlerts, type MockAlerts, testChannel } from './mock-alerts.ts';
import {
  createWorld,
  MOCK_TIME_ZONE,
  type MockWorld,
  recordingOf,
  runsOf,
  spansOf,
  systemOf,
} from './mock-data.ts';
import { createMockLive, type LiveControls } from './mock-live.ts';
import { clipFile, h265File, muteClipFile, playlist } from './mock-media.ts';
import { goodTest, searchOf } from './mock-search.ts';

/** Signs in with this; tests and whoever runs the dev server need it. */
export const MOCK_USERNAME = 'admin';
export const MOCK_PASSWORD = 'mock';

/** Of the server's live picture: filmed at another time than what the page shows. */
const SNAPSHOT_HEADERS = {
  'content-type': 'image/jpeg',
  'cache-control': 'no-store',
  'last-modified': 'Fri, 02 Jan 2026 12:04:05 GMT',
};

interface Call {
  readonly method: string;
  readonly url: URL;
  readonly body: Record<string, unknown>;
  readonly signedIn: boolean;
  readonly parts: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const none: Answer = { status: 204 };
const problem = (status: number, code: string, detail: string): Answer => ({
  status,
  body: { type: `urn:vms:error:${code}`, title: detail, status, code, detail },
  headers: { 'content-type': 'application/problem+json' },
});

/** Levers by which a test makes the world worse. */
export interface MockControls {
  readonly world: MockWorld;
  readonly alerts: MockAlerts;
  readonly live: LiveControls;
  /** Ends every session. */
  expireSessions(): void;
  /** The administrator's password, and whether it is the printed one that is to be replaced. */
  account: { password: string; mustChoosePassword: boolean };
  /** Every call but the session's fails with this code, until it is undefined again. */
  failWith: { status: number; code: string } | undefined;
  /** Every call but the session's waits for this before it is answered. */
  beforeAnswer: (() => Promise<void>) | undefined;
  /** The microphone was off for MUTE_SECONDS of every minute that is recorded. */
  soundGap: boolean;
  /** Makes everything as it was at first, and nobody watches. */
  reset(): void;
}

/** True where the socket was taken. */
export type MockUpgrade = (request: IncomingMessage, socket: Duplex) => boolean;

export type MockHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** A stand-in for gateway, API and playback: for development and tests of the page alone. */
export function createMockApi(): {
  handle: MockHandler;
  upgrade: MockUpgrade;
  controls: MockControls;
} {
  const world = createWorld(Date.now());
  const live = createMockLive();
  let session = 1;
  const controls: MockControls = {
    world,
    alerts: createAlerts(),
    live: live.controls,
    expireSessions: () => {
      session++;
    },
    account: { password: MOCK_PASSWORD, mustChoosePassword: false },
    failWith: undefined,
    beforeAnswer: undefined,
    soundGap: false,
    reset: () => {
      const { cameras, tokens, alarms, forecast } = createWorld(world.startedAt);
      Object.assign(world, { cameras, tokens, alarms, forecast });
      Object.assign(controls.alerts, createAlerts());
      controls.account = { password: MOCK_PASSWORD, mustChoosePassword: false };
      controls.failWith = undefined;
      controls.beforeAnswer = undefined;
      controls.soundGap = false;
      // A page that was closed has no time to say so.
      live.controls.sessions.clear();
      live.controls.silent.clear();
    },
  };

  const byId = (id: string | undefined): Camera | undefined =>
    world.cameras.find((camera) => camera.id === id);

  const cameraCalls = (call: Call, id: string | undefined): Answer => {
    if (id === 'test') return ok(testOf(call.body));
    if (id === 'find') return ok(searchOf(call.body));
    if (id === undefined && call.method === 'GET')
      return ok({ cameras: world.cameras, nextCursor: null });
    if (id === undefined) {
      const camera = added(call.body as CameraInput);
      world.cameras = [...world.cameras, camera];
      return { status: 201, body: camera };
    }
    const camera = byId(id);
    if (camera === undefined) return problem(404, 'camera.not-found', 'There is no such camera.');
    if (call.parts.includes('snapshot.jpg')) {
      return controls.live.snapshot === undefined
        ? problem(503, 'stream.snapshot-unavailable', 'There is no ffmpeg.')
        : { ...ok(controls.live.snapshot), headers: SNAPSHOT_HEADERS };
    }
    if (call.method === 'DELETE') {
      world.cameras = world.cameras.filter((other) => other !== camera);
      return none;
    }
    if (call.method === 'PATCH') {
      const { password, timeZone, ...rest } = call.body as CameraInput;
      const changed = {
        ...camera,
        ...rest,
        ...(timeZone === undefined ? {} : { timeZone: timeZone ?? MOCK_TIME_ZONE }),
        hasPassword: password === undefined ? camera.hasPassword : password !== '',
      };
      world.cameras = world.cameras.map((other) => (other === camera ? changed : other));
      return ok(changed);
    }
    return ok(camera);
  };

  const recordingCalls = (call: Call, id: string | undefined, rest: string[]): Answer => {
    const camera = byId(id);
    if (camera === undefined) return problem(404, 'camera.not-found', 'There is no such camera.');
    const runs = runsOf(world, camera, Date.now());
    const time = (name: string, otherwise: number): number =>
      Date.parse(call.url.searchParams.get(name) ?? '') || otherwise;
    const from = time('from', 0);
    const to = time('to', Date.now());
    if (rest[0] === 'timeline') {
      const resolution = Number(call.url.searchParams.get('resolutionMs') ?? 1);
      return ok({ spans: spansOf(runs, from, to, resolution) });
    }
    if (rest[0] === 'playback') {
      const start = Date.parse(String(call.body.from));
      const end = Date.parse(String(call.body.to));
      if (!runs.some((one) => one.end > start && one.start < end)) {
        return problem(404, 'recording.nothing-in-range', 'Nothing is recorded there.');
      }
      return ok({
        url: `/media/v1/${camera.id}.${start}.${end}/index.m3u8`,
        from: call.body.from,
        to: call.body.to,
        expiresAt: new Date(Date.now() + 6 * 3_600_000).toISOString(),
      });
    }
    const recordings = runs
      .filter((one) => one.end > from && one.start < to)
      .map((one) => recordingOf(camera, one));
    if (rest[1] === 'file') {
      return {
        status: 200,
        body: 'mkv',
        headers: {
          'content-type': 'video/x-matroska',
          'content-disposition': 'attachment; filename="recording.mkv"',
        },
      };
    }
    const limit = Number(call.url.searchParams.get('limit') ?? 100);
    return ok({ recordings: recordings.slice(0, limit), nextCursor: null });
  };

  const route = (call: Call): Answer => {
    const [area, id, ...rest] = call.url.pathname.slice('/api/v1/'.length).split('/');
    if (area === 'session' && id === undefined) {
      if (call.method === 'POST') {
        if (
          call.body.username !== MOCK_USERNAME ||
          call.body.password !== controls.account.password
        ) {
          return problem(401, 'auth.wrong-password', 'User name or password is wrong.');
        }
        return {
          ...ok(signedIn()),
          headers: { 'set-cookie': `vms_session=${session}; HttpOnly; SameSite=Strict; Path=/` },
        };
      }
      if (!call.signedIn) return problem(401, 'auth.not-signed-in', 'Sign in first.');
      if (call.method === 'GET') return ok(signedIn());
      return { ...none, headers: { 'set-cookie': 'vms_session=; Max-Age=0; Path=/' } };
    }
    if (!call.signedIn) return problem(401, 'auth.not-signed-in', 'Sign in first.');
    if (controls.failWith !== undefined) {
      return problem(
        controls.failWith.status,
        controls.failWith.code,
        'The test wants this to fail.',
      );
    }
    if (area === 'session') return passwordCall(call);
    if (area === 'cameras') return cameraCalls(call, id);
    if (area === 'recordings') return recordingCalls(call, id, rest);
    if (area === 'streams') return streamCalls(call, id);
    if (area === 'system') return ok(systemOf(world));
    if (area === 'alerts') return alertCalls(call, id, rest);
    if (area === 'tokens') return tokenCalls(call, id);
    return problem(404, 'http.not-found', 'There is nothing at this address.');
  };

  const signedIn = () => ({ user, mustChoosePassword: controls.account.mustChoosePassword });

  const passwordCall = (call: Call): Answer => {
    if (call.body.current !== controls.account.password) {
      return problem(401, 'auth.wrong-password', 'The current password is wrong.');
    }
    controls.account = { password: String(call.body.next), mustChoosePassword: false };
    return none;
  };

  const streamCalls = (call: Call, id: string | undefined): Answer => {
    if (id !== undefined) return live.controls.sessions.delete(id) ? none : noSession;
    const { camera_id, stream } = call.body;
    return live.open(byId(String(camera_id)), typeof stream === 'string' ? stream : undefined);
  };

  const alertCalls = (call: Call, id: string | undefined, rest: string[]): Answer => {
    if (id === undefined) return ok(alertPage(controls.alerts, call.url.searchParams));
    if (rest.length > 0) return ok(testChannel(rest[0]));
    return ok({ channels: controls.alerts.channels });
  };

  const tokenCalls = (call: Call, id: string | undefined): Answer => {
    if (call.method === 'POST') {
      const token = {
        id: `tok_${world.tokens.length}`,
        name: String(call.body.name),
        createdAt: new Date().toISOString(),
        lastUsedAt: null,
      };
      world.tokens = [...world.tokens, token];
      return ok({ ...token, token: 'vms_3yq7cUuZpQhB1kT5s0WnXa8dRfGjLe2M' });
    }
    if (call.method === 'DELETE') {
      world.tokens = world.tokens.filter((token) => token.id !== id);
      return none;
    }
    return ok({ tokens: world.tokens });
  };

  const added = (input: CameraInput): Camera => ({
    id: `cam_${'klmnopqrst'.charAt(world.cameras.length % 10).repeat(16)}`,
    name: input.name ?? '',
    url: input.url ?? '',
    subUrl: input.subUrl ?? null,
    username: input.username ?? '',
    hasPassword: input.password !== undefined,
    demo: false,
    enabled: true,
    retentionDays: input.retentionDays ?? 30,
    maxBytes: input.maxBytes ?? null,
    timeZone: input.timeZone ?? MOCK_TIME_ZONE,
    createdAt: new Date().toISOString(),
    updatedAt: new Date().toISOString(),
    status: {
      state: 'connecting',
      since: new Date().toISOString(),
      detail: '',
      tracks: [],
      framesPerSecond: 0,
      bitsPerSecond: 0,
    },
  });

  const media = async (url: URL, response: ServerResponse): Promise<void> => {
    const [token = '', name = ''] = url.pathname.slice('/media/v1/'.length).split('/');
    const [id, from, to] = token.split('.');
    const camera = byId(id);
    if (name === 'index.m3u8' && camera !== undefined) {
      response.setHeader('content-type', 'application/vnd.apple.mpegurl');
      response.end(playlist(runsOf(world, camera, Date.now()), Number(from), Number(to)));
      return;
    }
    response.setHeader('content-type', 'video/mp4');
    const isH265 = camera?.status.tracks.some(({ codec }) => codec === 'h265') === true;
    const file = /^(init\.mp4|seg-\d+\.m4s)$/.test(name) ? name : 'init.mp4';
    const read = isH265 ? h265File : controls.soundGap ? muteClipFile : clipFile;
    response.end(await read(file));
  };

  const handle: MockHandler = async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://mock');
    if (url.pathname.startsWith('/media/v1/')) {
      await media(url, response);
      return true;
    }
    const isWhep = url.pathname.startsWith('/whep/');
    if (!isWhep && !url.pathname.startsWith('/api/v1/')) return false;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    if (isWhep) {
      await live.whep(request, response, text);
      return true;
    }
    if (!url.pathname.endsWith('/session')) await controls.beforeAnswer?.();
    const answer = route({
      method: request.method ?? 'GET',
      url,
      parts: url.pathname.split('/'),
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      signedIn: request.headers.cookie?.includes(`vms_session=${session}`) === true,
    });
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    const { body } = answer;
    response.end(body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    return true;
  };
  return { handle, upgrade: live.upgrade, controls };
}

const noSession = problem(404, 'stream.session-not-found', 'There is no such live view.');
const user = { id: 'user_aaaaaaaaaaaaaaaa', username: MOCK_USERNAME, role: 'administrator' };

/** A test of a camera: what the address says, so that a person can try every answer. */
function testOf(body: Record<string, unknown>): CameraTest {
  const url = String(body.url ?? '');
  const base = { tracks: [], framesPerSecond: 0, bitsPerSecond: 0, elapsedMs: 812 };
  if (url.includes('closed'))
    return { ...base, state: 'unreachable', detail: 'connect ECONNREFUSED 10.0.4.99:554' };
  if (url.includes('web'))
    return {
      ...base,
      state: 'not-rtsp',
      detail: 'The answer began with “HTTP/1.1 400 Bad Request”.',
    };
  if (body.password === 'wrong')
    return { ...base, state: 'wrong-password', detail: '401 Unauthorized' };
  if (url.includes('h265')) return goodTest({ codec: 'h265', profile: 'Main' });
  return goodTest();
}
