import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { parseChallenges } from '@vms/wire/rtsp/digest.ts';
import type { RtspRequest } from '@vms/wire/rtsp/message.ts';
import { AddressPolicy } from '../address-policy.ts';
import { CameraTester } from '../camera-test.ts';
import type { Credentials } from '../rtsp-client.ts';
import { createReadBuffer } from '../rtsp-connection.ts';
import { type Answer, type Script, ScriptedCamera, VIDEO_SDP } from '../testing/scripted-camera.ts';
import { until } from '../testing/until.ts';
import {
  type FoundStream,
  MAX_SEARCHES,
  type SearchResult,
  StreamFinder,
  StreamFinderError,
  sparesNothing,
} from './stream-finder.ts';
import { MAX_CONNECTIONS, MAX_SILENCES, MAX_TRIES, SEARCH_TIMEOUT_MS } from './stream-search.ts';

const LOGIN: Credentials = { username: 'admin', password: 'right-0ne' };
/** 352 × 288. */
const SUB_SDP = VIDEO_SDP.replace(
  'Z0LAHtkDxWhAAAADAEAAAAwDxYuS,aMuMsg==',
  'Z0LADdkBYJsBEAAAAwAQAAADAyDxQqk=,aMuMsg==',
);

function finderOf(clock: ManualClock): StreamFinder {
  const deps = {
    clock,
    policy: new AddressPolicy({ clock, resolve: async () => [], allowLoopback: true }),
    readBuffer: createReadBuffer(),
    verifyCertificate: false,
  };
  return new StreamFinder(deps, new CameraTester(deps));
}

interface Found {
  readonly result: SearchResult;
  readonly camera: ScriptedCamera;
  readonly clock: ManualClock;
}

async function find(script: Script, credentials: Credentials = LOGIN): Promise<Found> {
  const camera = await ScriptedCamera.start(script);
  const clock = new ManualClock();
  try {
    let result: SearchResult | undefined;
    const { port } = camera;
    const target = { host: '127.0.0.1', port, tls: false, credentials, loopback: false };
    void finderOf(clock)
      .find(target)
      .then((found) => {
        result = found;
      });
    await until(() => result !== undefined, 'the result', clock, 20);
    if (result === undefined) throw new Error('unreachable');
    return { result, camera, clock };
  } finally {
    await camera.stop();
  }
}

const SDP_HEADERS = [['Content-Type', 'application/sdp']] as const;

/** Knows these paths, and answers 404 to all others; once somebody has signed in, if it has a password. */
function withPaths(paths: Readonly<Record<string, string>>) {
  return (request: RtspRequest): Answer | undefined => {
    if (request.method !== 'DESCRIBE') return undefined;
    const path = request.uri.replace(/^rtsp:\/\/[^/]*/, '');
    const body = paths[path];
    return body === undefined
      ? { status: 404, reason: 'Not Found' }
      : {
          status: 200,
          headers: [...SDP_HEADERS, ['Content-Base', `${request.uri}/`]],
          body,
        };
  };
}

/** As {@link withPaths}, behind a login. */
function behindLogin(paths: Readonly<Record<string, string>>, realm = 'scripted') {
  const inside = withPaths(paths);
  return (request: RtspRequest): Answer | undefined => {
    if (request.method === 'OPTIONS') return { status: 200, headers: [['Public', 'DESCRIBE']] };
    if (request.headers.get('Authorization') === undefined) {
      const challenge = `Digest realm="${realm}", nonce="n1"`;
      return { status: 401, headers: [['WWW-Authenticate', challenge]] };
    }
    return inside(request);
  };
}

function describes(camera: ScriptedCamera): RtspRequest[] {
  return camera.connections
    .flatMap(({ requests }) => requests)
    .filter(({ method }) => method === 'DESCRIBE');
}

/** Requests that carried the password. */
function logins(camera: ScriptedCamera): number {
  return camera.connections
    .flatMap(({ requests }) => requests)
    .filter(({ headers }) => headers.get('Authorization') !== undefined).length;
}

test('main and sub stream are found, tested and reported with their maker, after one connection to search', async () => {
  const answer = behindLogin(
    {
      '/cam/realmonitor?channel=1&subtype=0': VIDEO_SDP,
      '/cam/realmonitor?channel=1&subtype=1': SUB_SDP,
    },
    'Login to 3F0A11',
  );
  const { result, camera } = await find({ answer });
  assert.equal(result.outcome, 'found', result.detail);
  assert.equal(
    result.detail,
    'Found main and sub stream, as cameras of Dahua / Intelbras have them.',
  );
  assert.equal(result.maker?.id, 'dahua');
  assert.equal(result.tried, 2);
  assert.deepEqual(
    result.streams.map(({ role, url, test: { state } }) => [role, url, state]),
    [
      ['main', `rtsp://127.0.0.1:${camera.port}/cam/realmonitor?channel=1&subtype=0`, 'online'],
      ['sub', `rtsp://127.0.0.1:${camera.port}/cam/realmonitor?channel=1&subtype=1`, 'online'],
    ],
  );
  assert.equal(camera.connections.length, 3, 'one to search, one for each test');
});

test('a maker that shows nothing of itself is found by its path', async () => {
  const answer = behindLogin({ '/stream1': VIDEO_SDP });
  const { result, camera } = await find({ answer });
  assert.equal(result.outcome, 'found');
  assert.equal(result.streams.length, 1);
  assert.ok(result.tried > 2 && result.tried <= MAX_TRIES);
  assert.equal(camera.connections.length, 2);
});

test('a wrong password ends the search after exactly one login', async () => {
  const { result, camera } = await find({ username: 'admin', password: 'another' });
  assert.equal(result.outcome, 'wrong-password');
  assert.match(result.detail, /refuses the user name or the password/);
  assert.equal(logins(camera), 1);
  assert.deepEqual(result.streams, []);
});

test('a camera that ends the connection instead of refusing the password gets no second login', async () => {
  const { result, camera } = await find({
    answer: (request) =>
      request.headers.get('Authorization') === undefined
        ? { status: 401, headers: [['WWW-Authenticate', 'Digest realm="r", nonce="n"']] }
        : 'close',
  });
  assert.equal(result.outcome, 'wrong-password');
  assert.equal(logins(camera), 1);
});

test('a camera that ends the connection with its challenge is signed in to on the next', async () => {
  const inside = behindLogin({ '/stream1': VIDEO_SDP });
  const { result } = await find({
    answer: (request, connection) => {
      const answer = inside(request);
      if (typeof answer !== 'object' || !('status' in answer) || answer.status !== 401) {
        return answer;
      }
      const headers = [...(answer.headers ?? []), ['Connection', 'close'] as const];
      connection.respond(request, { ...answer, headers });
      return 'close';
    },
  });
  assert.equal(result.outcome, 'found', result.detail);
});

test('a camera that takes the password and later refuses it is asked no more', async () => {
  let accepted = 0;
  const inside = behindLogin({});
  const { result, camera } = await find({
    answer: (request) => {
      if (request.headers.get('Authorization') !== undefined && ++accepted > 3) {
        return { status: 401, headers: [['WWW-Authenticate', 'Digest realm="r", nonce="n1"']] };
      }
      return inside(request);
    },
  });
  assert.equal(result.outcome, 'refused');
  assert.equal(logins(camera), 4);
});

test('without user name and password none is sent, and that they are wanted is reported', async () => {
  const nobody = { username: '', password: '' };
  const { result, camera } = await find({ username: 'admin', password: 'x' }, nobody);
  assert.equal(result.outcome, 'password-needed');
  assert.equal(logins(camera), 0);
  const open = await find({ answer: withPaths({ '/stream1': VIDEO_SDP }) }, nobody);
  assert.equal(open.result.outcome, 'found');
  const codes = open.result.streams[0]?.test.advice.map(({ code }) => code);
  assert.ok(codes?.includes('login.not-asked'), String(codes));
});

test('a camera of an unknown maker costs at most MAX_TRIES paths', async () => {
  const { result, camera } = await find({ answer: behindLogin({}) });
  assert.equal(result.outcome, 'no-known-stream');
  assert.ok(result.tried <= MAX_TRIES);
  assert.match(result.detail, new RegExp(`under the ${result.tried} paths`));
  const asked = new Set(describes(camera).map(({ uri }) => uri));
  assert.equal(asked.size, result.tried + 1, 'each once, and one that nobody has');
  assert.equal(camera.connections.length, 1);
});

test('a camera that ends the connection with each answer costs at most MAX_CONNECTIONS', async () => {
  const inside = behindLogin({});
  const { result, camera } = await find({
    answer: (request, connection) => {
      const answer = inside(request);
      if (typeof answer === 'object' && 'status' in answer && answer.status === 404) {
        connection.respond(request, answer);
        connection.socket.end();
        return 'silence';
      }
      return answer;
    },
  });
  assert.equal(result.outcome, 'no-known-stream');
  assert.equal(camera.connections.length, MAX_CONNECTIONS);
  assert.match(result.detail, new RegExp(`only ${result.tried} paths`));
});

test('a camera that answers nothing ends the search after MAX_SILENCES', async () => {
  const { result, camera } = await find({ answer: () => 'silence' });
  assert.equal(result.outcome, 'unreachable');
  assert.equal(camera.methods.length, MAX_SILENCES + 1);
});

test('a slow camera ends the search in time', async () => {
  const inside = behindLogin({});
  const { result } = await find({
    answer: (request, connection) => {
      const answer = inside(request);
      if (typeof answer !== 'object') return answer;
      setTimeout(() => connection.respond(request, answer), 100);
      return 'silence';
    },
  });
  assert.equal(result.outcome, 'no-known-stream');
  assert.ok(result.elapsedMs <= SEARCH_TIMEOUT_MS + 100, String(result.elapsedMs));
});

test('a camera without a free place is reported as such', async () => {
  const { result } = await find({ answer: () => ({ status: 453, reason: 'Not Enough' }) });
  assert.equal(result.outcome, 'refused');
  assert.match(result.detail, /answered DESCRIBE with 453/);
});

test('a web server, and a port on which nothing listens', async () => {
  const server = createServer((_, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const clock = new ManualClock();
  const results: SearchResult[] = [];
  const look = async (outcome: string): Promise<void> => {
    const before = results.length;
    void finderOf(clock)
      .find({ host: '127.0.0.1', port, tls: false, credentials: LOGIN, loopback: false })
      .then((result) => results.push(result));
    await until(() => results.length > before, outcome, clock, 20);
    assert.equal(results.at(-1)?.outcome, outcome, results.at(-1)?.detail);
  };
  await look('not-rtsp');
  await new Promise((resolve) => server.close(resolve));
  await look('unreachable');
});

test('an address of this machine or of a cloud is not connected to', async () => {
  const finder = finderOf(new ManualClock());
  const target = { port: undefined, tls: false, credentials: LOGIN, loopback: false };
  const result = await finder.find({ ...target, host: '169.254.169.254' });
  assert.equal(result.outcome, 'address-blocked');
  assert.match(result.detail, /does not connect to it/);
});

test('a camera that has its stream under any path is found without a maker', async () => {
  const anything = (request: RtspRequest): Answer | undefined => {
    if (request.method !== 'DESCRIBE') return undefined;
    const headers = [...SDP_HEADERS, ['Content-Base', `${request.uri}/`]] as const;
    return { status: 200, headers, body: VIDEO_SDP };
  };
  const { result, camera } = await find({ answer: anything });
  assert.deepEqual([result.outcome, result.maker, result.tried], ['found', undefined, 3]);
  assert.deepEqual(
    result.streams.map(({ url }) => url),
    [`rtsp://127.0.0.1:${camera.port}/`],
  );
});

test('a stream that is the main one again is no sub stream', async () => {
  const answer = withPaths({ '/stream1': VIDEO_SDP, '/stream2': VIDEO_SDP });
  const { result } = await find({ answer });
  assert.deepEqual(
    result.streams.map(({ role }) => role),
    ['main'],
  );
});

test('a sub stream of the same size counts where its rate is lower', async () => {
  const answer = withPaths({ '/stream1': VIDEO_SDP });
  const [main] = (await find({ answer })).result.streams;
  assert.ok(main !== undefined);
  const at = (framesPerSecond: number, bitsPerSecond: number): FoundStream => ({
    ...main,
    test: { ...main.test, framesPerSecond, bitsPerSecond },
  });
  assert.equal(sparesNothing(at(25, 4e6), at(25, 4e6)), true);
  assert.equal(sparesNothing(at(25, 4e6), at(20, 3.2e6)), true);
  assert.equal(sparesNothing(at(25, 4e6), at(25, 1e6)), false);
  assert.equal(sparesNothing(at(25, 4e6), at(12, 3.9e6)), false);
});

test('a camera that takes the password in its path alone gets it, and nobody else reads it', async () => {
  const login = { username: 'admin', password: 'p&ss w/0rd' };
  const path = (stream: number, name: string, password: string): string =>
    `/user=${name}&password=${password}&channel=1&stream=${stream}.sdp?real_stream`;
  const secret = encodeURIComponent(login.password);
  const inside = withPaths({
    [path(0, 'admin', secret)]: VIDEO_SDP,
    [path(1, 'admin', secret)]: SUB_SDP,
  });
  const answer = (request: RtspRequest): Answer | undefined =>
    request.method === 'OPTIONS'
      ? { status: 200, headers: [['Server', 'H264DVR 1.0']] }
      : inside(request);
  const { result, camera } = await find({ answer }, login);
  assert.equal(result.maker?.id, 'xiongmai');
  assert.deepEqual(
    result.streams.map(({ url, test: { state } }) => [url, state]),
    [0, 1].map((stream) => [
      `rtsp://127.0.0.1:${camera.port}${path(stream, '$USERNAME', '$PASSWORD')}`,
      'online',
    ]),
  );
  for (const text of [login.password, secret]) assert.ok(!JSON.stringify(result).includes(text));
  const refused = await find({ answer }, { ...login, password: 'another-0ne' });
  assert.equal(refused.result.outcome, 'no-known-stream');
  assert.ok(!JSON.stringify(refused.result).includes('another-0ne'));
  const other = await find({ answer: withPaths({}) }, login);
  const asked = describes(other.camera).map(({ uri }) => uri);
  assert.ok(!asked.some((uri) => uri.includes(secret)), 'who is no such camera reads no password');
});

test('no more than MAX_SEARCHES are under way, and stop ends them', async () => {
  const camera = await ScriptedCamera.start({ answer: () => 'silence' });
  const finder = finderOf(new ManualClock());
  const target = {
    host: '127.0.0.1',
    port: camera.port,
    tls: false,
    credentials: LOGIN,
    loopback: false,
  };
  const running = Array.from({ length: MAX_SEARCHES }, () => finder.find(target));
  await assert.rejects(finder.find(target), StreamFinderError);
  await until(() => camera.connections.length === MAX_SEARCHES, 'the connections');
  finder.stop();
  for (const { outcome } of await Promise.all(running)) assert.equal(outcome, 'refused');
  await camera.stop();
});

test('the password is only ever sent as a digest', async () => {
  const { camera } = await find({ username: 'admin', password: 'another' });
  for (const { headers } of camera.connections.flatMap(({ requests }) => requests)) {
    const sent = headers.get('Authorization');
    if (sent === undefined) continue;
    assert.match(sent, /^Digest /);
    assert.equal(parseChallenges([sent]).length, 1);
    assert.ok(!sent.includes(LOGIN.password));
  }
});
