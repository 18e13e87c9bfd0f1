import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import type { PinnedAddress } from './address-policy.ts';
import type { IngestError } from './ingest-error.ts';
import { Login } from './login.ts';
import {
  FIRST_ANSWER_MS,
  LONGEST_ANSWER_MS,
  MAX_LOGINS,
  MAX_REFUSED_TRACKS,
  REFUSED_TRACK_MS,
  SessionMemory,
} from './session-memory.ts';
import { STOP, withCamera } from './testing/fixture.ts';
import { AUDIO_SDP, type Script, ScriptedCamera, VIDEO_SDP } from './testing/scripted-camera.ts';
import { SessionRecorder } from './testing/session-recorder.ts';
import { until } from './testing/until.ts';

const LOGIN = { username: 'viewer', password: 'secret' };
const SECOND_VIDEO = VIDEO_SDP.slice(VIDEO_SDP.indexOf('m=video')).replace(':video', ':video2');
const SECOND_AUDIO = AUDIO_SDP.replace(':audio', ':audio2');

function placeOf(port: number): PinnedAddress {
  return { url: '', tls: false, address: '10.0.0.1', port, hostname: 'camera' };
}

/** Runs one session after the other against one camera, with one memory. */
async function inSessions(
  script: Script,
  body: (
    next: (credentials?: typeof LOGIN) => SessionRecorder,
    camera: ScriptedCamera,
    clock: ManualClock,
  ) => Promise<void>,
): Promise<void> {
  const camera = await ScriptedCamera.start(script);
  const clock = new ManualClock();
  const memory = new SessionMemory(clock);
  const recorders: SessionRecorder[] = [];
  try {
    await body(
      (credentials) => {
        const recorder = new SessionRecorder(clock);
        recorders.push(recorder);
        void recorder.run(camera.url, credentials, memory);
        return recorder;
      },
      camera,
      clock,
    );
  } finally {
    for (const { session } of recorders) session.stop(STOP);
    await camera.stop();
  }
}

test('the limit of an answer doubles with each that is missed, and comes back with a fast camera', () => {
  const memory = new SessionMemory(new ManualClock());
  assert.equal(memory.answerTimeoutMs, FIRST_ANSWER_MS);
  memory.answerMissed();
  assert.equal(memory.answerTimeoutMs, 2 * FIRST_ANSWER_MS);
  for (let i = 0; i < 10; i++) memory.answerMissed();
  assert.equal(memory.answerTimeoutMs, LONGEST_ANSWER_MS);
  memory.opened(7_000);
  assert.equal(memory.answerTimeoutMs, 14_000, 'twice the slowest answer');
  memory.opened(100);
  assert.equal(memory.answerTimeoutMs, FIRST_ANSWER_MS);
});

test(`at most ${MAX_LOGINS} logins and ${MAX_REFUSED_TRACKS} refused tracks are kept, the newest`, () => {
  const clock = new ManualClock();
  const memory = new SessionMemory(clock);
  const login = new Login({ scheme: 'basic', realm: 'r' }, 'c');
  for (let port = 1; port <= MAX_LOGINS + 1; port++) memory.keepLogin(placeOf(port), login);
  assert.equal(memory.loginFor(placeOf(1)), undefined);
  assert.equal(memory.loginFor(placeOf(2)), login);
  assert.equal(memory.loginFor({ ...placeOf(2), tls: true }), undefined);
  memory.keepLogin(placeOf(2), undefined);
  assert.equal(memory.loginFor(placeOf(2)), undefined);
  for (let i = 0; i <= MAX_REFUSED_TRACKS; i++) memory.trackRefused(`rtsp://camera/${i}`);
  assert.equal(memory.isRefused('rtsp://camera/0'), false);
  assert.equal(memory.isRefused('rtsp://camera/1'), true);
  clock.advance(REFUSED_TRACK_MS - 1);
  assert.equal(memory.isRefused('rtsp://camera/1'), true);
  clock.advance(1);
  assert.equal(memory.isRefused('rtsp://camera/1'), false, 'it is asked again');
});

test('methods of keep-alive are tried by turns, and only those that the camera has', () => {
  const memory = new SessionMemory(new ManualClock());
  const all = new Set(['GET_PARAMETER', 'SET_PARAMETER', 'OPTIONS']);
  assert.equal(memory.keepAliveMethod(new Set()), 'OPTIONS');
  assert.equal(memory.keepAliveMethod(all), 'GET_PARAMETER');
  memory.keepAliveFailed('GET_PARAMETER', all);
  assert.equal(memory.keepAliveMethod(all), 'OPTIONS');
  memory.keepAliveFailed('OPTIONS', all);
  assert.equal(memory.keepAliveMethod(all), 'SET_PARAMETER');
  assert.equal(memory.keepAliveMethod(new Set()), 'OPTIONS', 'what is not there is not asked for');
  memory.keepAliveFailed('SET_PARAMETER', all);
  assert.equal(memory.keepAliveMethod(all), 'GET_PARAMETER', 'from the start');
});

test('a camera that offers two methods of keep-alive is asked by both in turn, for as long as both fail', () => {
  const memory = new SessionMemory(new ManualClock());
  const two = new Set(['OPTIONS', 'GET_PARAMETER']);
  for (let round = 0; round < 3; round++) {
    assert.equal(memory.keepAliveMethod(two), 'GET_PARAMETER', `round ${round}`);
    memory.keepAliveFailed('GET_PARAMETER', two);
    assert.equal(memory.keepAliveMethod(two), 'OPTIONS', `round ${round}`);
    memory.keepAliveFailed('OPTIONS', two);
  }
});

/** A camera that ends the connection with its 401. */
function closingWithChallenge(nonceOf: (connection: number) => string, announced = false): Script {
  let connections = 0;
  const seen = new WeakSet();
  return {
    ...LOGIN,
    answer(request, connection) {
      if (!seen.has(connection)) {
        seen.add(connection);
        connection.nonce = nonceOf(++connections);
      }
      if (request.method === 'OPTIONS') {
        return { status: 200, headers: [['Public', 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN']] };
      }
      if (connection.isSignedIn(request)) return undefined;
      connection.respond(request, {
        status: 401,
        headers: [
          ...connection.challenges(),
          ...(announced ? [['Connection', 'close'] as const] : []),
        ],
      });
      return 'close';
    },
  };
}

test('quirk closed-with-challenge: the next connection begins with the login, at once', async () => {
  for (const announced of [false, true])
    await inSessions(
      closingWithChallenge(() => 'one', announced),
      async (next, camera) => {
        const first = next(LOGIN);
        await until(() => first.units.length > 0, 'frames');
        assert.equal(camera.connections.length, 2);
        first.session.stop(STOP);
        const second = next(LOGIN);
        await until(() => second.units.length > 0, 'frames of the next session');
        assert.equal(camera.connections.length, 3, 'which knows the challenge from the start');
      },
    );
});

test('quirk closed-with-challenge: a wrong password is reported after two logins', async () => {
  for (const nonceOf of [() => 'one', (connection: number) => `nonce-${connection}`]) {
    const errors: IngestError[] = [];
    await inSessions(closingWithChallenge(nonceOf), async (next, camera) => {
      for (let i = 0; i < 2 && errors.at(-1)?.code !== 'ingest.wrong-password'; i++) {
        errors.push(await next({ username: 'viewer', password: 'wrong' }).end());
      }
      assert.equal(errors.at(-1)?.code, 'ingest.wrong-password');
      const logins = camera.connections.flatMap(({ requests }) =>
        requests.filter(
          ({ method, headers }) =>
            method !== 'OPTIONS' && headers.get('Authorization') !== undefined,
        ),
      );
      assert.ok(logins.length <= 2, `${logins.length} logins`);
    });
  }
});

test('a camera that hangs up on a login is not called wrong, but is left alone as if', async () => {
  const script: Script = {
    ...LOGIN,
    answer: ({ headers }) => (headers.get('Authorization') === undefined ? undefined : 'close'),
  };
  await inSessions(script, async (next, camera) => {
    const error = await next(LOGIN).end();
    assert.equal(error.code, 'ingest.login-unanswered');
    assert.match(error.message, /without an answer when it received/);
    assert.ok(camera.connections.length <= 2);
  });
});

test('a camera that wants a sign-in that is not known is reported by its name, and is sent no login', async () => {
  const script: Script = {
    answer: () => ({
      status: 401,
      headers: [
        ['WWW-Authenticate', 'Negotiate'],
        ['WWW-Authenticate', 'Digest realm="r", nonce="n", algorithm=SHA-3'],
      ],
    }),
  };
  await withCamera(script, async (camera, recorder) => {
    void recorder.run(camera.url, LOGIN);
    const error = await recorder.end();
    assert.equal(error.code, 'ingest.sign-in-not-supported');
    assert.match(error.message, /by Negotiate or Digest with the algorithm SHA-3, which is not/);
    assert.deepEqual(camera.methods, ['OPTIONS']);
  });
});

test('quirk slow-answers: an answer that is slower than the limit is waited for at the next try', async () => {
  const answers: (() => void)[] = [];
  const script: Script = {
    answer(request, connection) {
      if (request.method !== 'DESCRIBE') return undefined;
      answers.push(() => connection.respondAsUsual(request));
      return 'silence';
    },
  };
  await inSessions(script, async (next, _camera, clock) => {
    const first = next();
    await until(() => answers.length === 1, 'DESCRIBE');
    clock.advance(FIRST_ANSWER_MS);
    const error = await first.end();
    assert.equal(error.code, 'ingest.no-answer');
    assert.match(error.message, /did not answer DESCRIBE within 5 s/);
    const second = next();
    await until(() => answers.length === 2, 'DESCRIBE again');
    clock.advance(7_000);
    answers[1]?.();
    await until(() => second.units.length > 0, 'frames');
  });
});

function setupsOf({ last }: ScriptedCamera): number {
  return last.methods().filter((method) => method === 'SETUP').length;
}

for (const [how, answer, tries] of [
  ['refuses', { status: 461 }, 1],
  ['twice hangs up at', 'close', 2],
] as const) {
  test(`quirk refused-track: a camera that ${how} SETUP of its sound is recorded without, and asked for it an hour later`, async () => {
    const script: Script = {
      sdp: VIDEO_SDP + AUDIO_SDP,
      answer: ({ method, uri }) =>
        method === 'SETUP' && uri.endsWith('audio') ? answer : undefined,
    };
    await inSessions(script, async (next, camera, clock) => {
      const anyEnd = async (): Promise<void> => {
        const recorder = next();
        await until(() => recorder.ended !== undefined || recorder.units.length > 0, 'a session');
        assert.equal(setupsOf(camera), 2);
        recorder.session.stop(STOP);
      };
      for (let i = 0; i < tries; i++) await anyEnd();
      const without = next();
      await until(() => without.units.length > 0, 'frames');
      assert.equal(setupsOf(camera), 1);
      without.session.stop(STOP);
      clock.advance(REFUSED_TRACK_MS);
      await anyEnd();
    });
  });
}

for (const [track, sdp] of [
  ['audio', VIDEO_SDP + AUDIO_SDP],
  ['video', VIDEO_SDP + SECOND_VIDEO],
] as const) {
  test(`a connection that is lost at SETUP of the ${track} now and then costs no later session that track`, async () => {
    let fails = false;
    const script: Script = {
      sdp,
      answer: ({ method, uri }) =>
        fails && method === 'SETUP' && uri.endsWith(track) ? 'close' : undefined,
    };
    await inSessions(script, async (next, camera) => {
      for (let i = 0; i < 3; i++) {
        fails = true;
        await next().end();
        fails = false;
        const recorder = next();
        await until(() => recorder.units.length > 0, 'frames');
        assert.equal(recorder.tracks.at(-1)?.controlUrl, `${camera.url}/${track}`);
        recorder.session.stop(STOP);
        await recorder.end();
      }
    });
  });
}

test('a session that we end at SETUP of the sound costs no later session its sound', async () => {
  let isSilent = true;
  const script: Script = {
    sdp: VIDEO_SDP + AUDIO_SDP,
    answer: ({ method, uri }) =>
      isSilent && method === 'SETUP' && uri.endsWith('audio') ? 'silence' : undefined,
  };
  await inSessions(script, async (next, camera) => {
    for (let stopped = 1; stopped <= 3; stopped++) {
      const recorder = next();
      await until(
        () => camera.connections.length === stopped && setupsOf(camera) === 2,
        'SETUP of the sound',
      );
      recorder.session.stop(STOP);
      assert.equal(await recorder.end(), STOP);
    }
    isSilent = false;
    const recorder = next();
    await until(() => recorder.units.length > 0, 'frames');
    assert.equal(recorder.tracks.length, 2);
  });
});

test('where the first of several videos or sounds is refused, the next one is taken', async () => {
  const script: Script = {
    sdp: VIDEO_SDP + SECOND_VIDEO + AUDIO_SDP + SECOND_AUDIO,
    answer: ({ method, uri }) =>
      method === 'SETUP' && !uri.endsWith('2') ? { status: 404 } : undefined,
  };
  await inSessions(script, async (next, camera) => {
    for (const setups of [4, 2]) {
      const recorder = next();
      await until(() => recorder.playing, 'PLAY');
      const urls = recorder.tracks.map(({ controlUrl }) => controlUrl);
      assert.deepEqual(urls, [`${camera.url}/video2`, `${camera.url}/audio2`]);
      assert.equal(setupsOf(camera), setups, 'what was refused is not asked for again');
      recorder.session.stop(STOP);
      await recorder.end();
    }
  });
});

test('a method of keep-alive on which the camera hangs up is not used in the next session', async () => {
  const script: Script = {
    methods: 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER',
    sessionTimeoutSeconds: 10,
    answer: ({ method }) => (method === 'GET_PARAMETER' ? 'close' : undefined),
  };
  await inSessions(script, async (next, camera, clock) => {
    const first = next();
    await until(() => first.playing, 'PLAY');
    clock.advance(4_500);
    assert.equal((await first.end()).code, 'ingest.connection-lost');
    const second = next();
    await until(() => second.playing, 'PLAY');
    clock.advance(4_500);
    await until(() => camera.last.methods().at(-1) === 'OPTIONS', 'OPTIONS as keep-alive');
    assert.ok(!camera.last.methods().includes('GET_PARAMETER'));
  });
});

test('a session that ends in its timeout in spite of answered keep-alives teaches another method', async () => {
  const script: Script = {
    methods: 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER',
    sessionTimeoutSeconds: 10,
  };
  await inSessions(script, async (next, camera, clock) => {
    const first = next();
    await until(() => first.playing, 'PLAY');
    for (let kept = 1; kept <= 2; kept++) {
      clock.advance(5_000);
      await until(
        () => camera.last.methods().filter((name) => name === 'GET_PARAMETER').length === kept,
        'a keep-alive',
      );
      const units = first.units.length;
      await until(() => first.units.length > units + 1, 'its answer');
    }
    camera.last.socket.destroy();
    await first.end();
    const second = next();
    await until(() => second.playing, 'PLAY');
    clock.advance(4_500);
    await until(() => camera.last.methods().at(-1) === 'OPTIONS', 'OPTIONS as keep-alive');
  });
});
