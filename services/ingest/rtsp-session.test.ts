import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { MAX_REDIRECTS } from './camera-session.ts';
import { CONNECT_TIMEOUT_MS } from './rtsp-connection.ts';
import { keepAliveIntervalMs, MAX_KEEP_ALIVE_MS, MIN_KEEP_ALIVE_MS } from './rtsp-open.ts';
import { STOP, withCamera } from './testing/fixture.ts';
import { AUDIO_SDP, type Script, VIDEO_SDP } from './testing/scripted-camera.ts';
import { SessionRecorder } from './testing/session-recorder.ts';
import { until } from './testing/until.ts';

const LOGIN = { username: 'viewer', password: 'pass "word"' };

test('a session runs from OPTIONS to TEARDOWN and gives access units', async () => {
  await withCamera({ sdp: VIDEO_SDP + AUDIO_SDP }, async (camera, recorder) => {
    const ended = recorder.run(camera.url);
    await until(() => recorder.units.length >= 6, 'frames');
    assert.equal(recorder.playing, true);
    assert.deepEqual(
      recorder.tracks.map(({ codec }) => codec),
      ['h264', 'pcma'],
    );
    assert.equal(recorder.units[0]?.keyframe, true);
    recorder.session.stop(STOP);
    assert.equal(await ended, STOP);
    assert.deepEqual(camera.methods, ['OPTIONS', 'DESCRIBE', 'SETUP', 'SETUP', 'PLAY', 'TEARDOWN']);
    const { requests } = camera.last;
    assert.equal(requests[1]?.headers.get('Accept'), 'application/sdp');
    assert.match(requests[1]?.headers.get('User-Agent') ?? '', /^VMS\//);
    assert.equal(requests[2]?.uri, `${camera.url}/video`);
    assert.equal(requests[3]?.uri, `${camera.url}/audio`);
    assert.equal(requests[3]?.headers.get('Session'), 'session-1');
    assert.equal(requests[3]?.headers.get('Transport'), 'RTP/AVP/TCP;unicast;interleaved=2-3');
    assert.equal(requests[5]?.headers.get('Session'), 'session-1');
  });
});

for (const scheme of ['digest', 'basic', 'both'] as const) {
  test(`signs in where the camera offers ${scheme}`, async () => {
    await withCamera({ ...LOGIN, scheme }, async (camera, recorder) => {
      void recorder.run(camera.url, LOGIN);
      await until(() => recorder.units.length > 0, 'frames');
      const sent = camera.last.requests.map(
        (request) => request.headers.get('Authorization') ?? '',
      );
      assert.equal(sent[0], '', 'the password is not offered before it is asked for');
      assert.ok(
        sent.slice(1).every((value) => value.startsWith(scheme === 'basic' ? 'Basic' : 'Digest')),
      );
      if (scheme !== 'basic') assert.ok(sent[1]?.includes(`uri="${camera.url}"`));
    });
  });
}

test('a wrong password is reported after one login, and nothing more is sent', async () => {
  await withCamera(LOGIN, async (camera, recorder) => {
    void recorder.run(camera.url, { username: 'viewer', password: 'wrong' });
    const error = await recorder.end();
    assert.equal(error.code, 'ingest.wrong-password');
    assert.deepEqual(camera.methods, ['OPTIONS', 'OPTIONS']);
    assert.ok(!error.message.includes('wrong"'));
  });
});

test('a wrong password is reported also where every 401 brings a new nonce', async () => {
  let nonces = 0;
  const script: Script = {
    ...LOGIN,
    answer(_request, connection) {
      connection.nonce = `nonce-${nonces++}`;
      return undefined;
    },
  };
  await withCamera(script, async (camera, recorder) => {
    void recorder.run(camera.url, { username: 'viewer', password: 'wrong' });
    assert.equal((await recorder.end()).code, 'ingest.wrong-password');
    assert.equal(camera.methods.length, 2);
  });
});

test('a camera that wants a password and was given none says so', async () => {
  await withCamera(LOGIN, async (camera, recorder) => {
    void recorder.run(camera.url);
    const error = await recorder.end();
    assert.equal(error.code, 'ingest.wrong-password');
    assert.match(error.message, /none are stored/);
  });
});

const STATUSES = [
  [404, 'ingest.not-found', /no stream under this path/],
  [403, 'ingest.refused', /does not allow this user/],
  [453, 'ingest.refused', /answered DESCRIBE with 453/],
  [461, 'ingest.refused', /over TCP/],
  [503, 'ingest.refused', /answered DESCRIBE with 503/],
  [500, 'ingest.refused', /fault of its own/],
  [400, 'ingest.protocol', /did not accept DESCRIBE/],
] as const;

for (const [status, code, words] of STATUSES) {
  test(`${status} to DESCRIBE is ${code}`, async () => {
    const script: Script = {
      answer: ({ method }) => (method === 'DESCRIBE' ? { status } : undefined),
    };
    await withCamera(script, async (camera, recorder) => {
      void recorder.run(camera.url);
      const error = await recorder.end();
      assert.equal(error.code, code);
      assert.match(error.message, words);
    });
  });
}

test('a camera without a place at PLAY is refused, after TEARDOWN', async () => {
  const script: Script = {
    answer: ({ method }) => (method === 'PLAY' ? { status: 453 } : undefined),
  };
  await withCamera(script, async (camera, recorder) => {
    void recorder.run(camera.url);
    assert.equal((await recorder.end()).code, 'ingest.refused');
    assert.equal(camera.methods.at(-1), 'TEARDOWN');
  });
});

test('TEARDOWN that is not answered holds nothing up for more than its time', async () => {
  const script: Script = {
    answer: ({ method }) => (method === 'TEARDOWN' ? 'silence' : undefined),
  };
  await withCamera(script, async (camera, recorder) => {
    void recorder.run(camera.url);
    await until(() => recorder.units.length > 0, 'frames');
    recorder.session.stop(STOP);
    const before = recorder.clock.monotonic();
    assert.equal(await recorder.end(50), STOP);
    assert.ok(recorder.clock.monotonic() - before <= 1_200);
    assert.equal(camera.methods.at(-1), 'TEARDOWN');
  });
});

test('a web server instead of a camera is not-rtsp', async () => {
  const script: Script = {
    answer: () => ({ raw: 'HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nbad' }),
  };
  await withCamera(script, async (camera, recorder) => {
    void recorder.run(camera.url);
    const error = await recorder.end();
    assert.equal(error.code, 'ingest.not-rtsp');
    assert.match(error.message, /web server/);
  });
});

test('something that speaks another protocol is not-rtsp', async () => {
  const script: Script = { answer: () => ({ raw: '220 mail.example.org ESMTP ready\r\n' }) };
  await withCamera(script, async (camera, recorder) => {
    void recorder.run(camera.url);
    assert.equal((await recorder.end()).code, 'ingest.not-rtsp');
  });
});

test('a closed port is unreachable, and says that nothing listens', async () => {
  const clock = new ManualClock();
  const recorder = new SessionRecorder(clock);
  const port = await closedPort();
  void recorder.run(`rtsp://127.0.0.1:${port}/`);
  const error = await recorder.end();
  assert.equal(error.code, 'ingest.unreachable');
  assert.match(error.message, /Nothing listens/);
});

test('an address that answers nothing is given up after CONNECT_TIMEOUT_MS', async () => {
  const recorder = new SessionRecorder(new ManualClock());
  // TEST-NET-1 (RFC 5737): nobody is there.
  void recorder.run('rtsp://192.0.2.1:554/');
  const error = await recorder.end(100);
  assert.equal(error.code, 'ingest.unreachable');
  assert.ok(recorder.clock.monotonic() <= CONNECT_TIMEOUT_MS + 200);
});

for (const step of ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY']) {
  test(`a camera that does not answer ${step} is given up in bounded time`, async () => {
    const script: Script = { answer: ({ method }) => (method === step ? 'silence' : undefined) };
    await withCamera(script, async (camera, recorder) => {
      void recorder.run(camera.url);
      const error = await recorder.end(50);
      assert.equal(error.code, 'ingest.no-answer');
      assert.match(error.message, new RegExp(step));
    });
  });
}

test('a connection that ends before PLAY is refused, one that ends later is lost', async () => {
  const early: Script = { answer: ({ method }) => (method === 'SETUP' ? 'close' : undefined) };
  await withCamera(early, async (camera, recorder) => {
    void recorder.run(camera.url);
    assert.equal((await recorder.end()).code, 'ingest.refused');
  });
  await withCamera({}, async (camera, recorder) => {
    void recorder.run(camera.url);
    await until(() => recorder.units.length > 0, 'frames');
    camera.last.socket.destroy();
    assert.equal((await recorder.end()).code, 'ingest.connection-lost');
  });
});

test('an unknown video codec is named, and nothing is set up', async () => {
  const sdp = VIDEO_SDP.replace('H264/90000', 'VP9/90000').replace(/a=fmtp.*\r\n/, '');
  await withCamera({ sdp }, async (camera, recorder) => {
    void recorder.run(camera.url);
    const error = await recorder.end();
    assert.equal(error.code, 'ingest.codec-not-supported');
    assert.match(error.message, /VP9 video, which is not supported/);
    assert.ok(!camera.methods.includes('SETUP'));
  });
});

test('audio that is not supported, or refused at SETUP, leaves the video alone', async () => {
  const opus = ['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 opus/48000/2', 'a=control:audio', ''];
  await withCamera({ sdp: VIDEO_SDP + opus.join('\r\n') }, async (camera, recorder) => {
    void recorder.run(camera.url);
    await until(() => recorder.units.length > 0, 'frames');
    assert.equal(recorder.tracks.length, 1);
    assert.equal(recorder.session.described.length, 2);
  });
  const script: Script = {
    sdp: VIDEO_SDP + AUDIO_SDP,
    answer: ({ method, uri }) =>
      method === 'SETUP' && uri.endsWith('audio') ? { status: 461 } : undefined,
  };
  await withCamera(script, async (camera, recorder) => {
    void recorder.run(camera.url);
    await until(() => recorder.units.length > 0, 'frames');
    assert.equal(recorder.tracks.length, 1);
  });
});

test('RTP before the response to PLAY is taken, and a PLAY without response as well', async () => {
  const script: Script = {
    answer(request, connection) {
      if (request.method !== 'PLAY') return undefined;
      connection.play();
      return 'silence';
    },
  };
  await withCamera(script, async (camera, recorder) => {
    void recorder.run(camera.url);
    await until(() => recorder.units.length > 0, 'frames before the response');
    assert.equal(recorder.playing, false);
    await until(() => recorder.playing, 'the end of the wait', recorder.clock, 50);
  });
});

test('packets on channels that nobody assigned, and of another SSRC, are left out and counted', async () => {
  const script: Script = {
    frameIntervalMs: 0,
    answer: ({ method, headers }) =>
      method === 'SETUP'
        ? {
            status: 200,
            headers: [
              ['Session', 'session-1'],
              ['Transport', `${headers.get('Transport')};ssrc=12345678`],
            ],
          }
        : undefined,
  };
  await withCamera(script, async (camera, recorder) => {
    void recorder.run(camera.url);
    await until(() => recorder.playing, 'PLAY');
    camera.last.sendFrame(true);
    camera.last.sendFrame(false, 9);
    camera.last.sendFrame(true, 0, { ssrc: 0xbad });
    camera.last.sendFrame(false);
    camera.last.sendFrame(false);
    await until(() => recorder.units.length >= 2, 'frames');
    assert.ok(recorder.quirks.includes('unassigned-channel'));
    assert.equal(recorder.units.filter(({ keyframe }) => keyframe).length, 1);
  });
});

test('redirects are followed a few times; the password stays with its host', async () => {
  await withCamera({}, async (camera, recorder) => {
    const script: Script = {
      answer: ({ method }) =>
        method === 'DESCRIBE'
          ? { status: 302, headers: [['Location', `rtsp://elsewhere.lan:${camera.port}/moved`]] }
          : undefined,
    };
    await withCamera({ ...LOGIN, ...script }, async (first) => {
      void recorder.run(first.url, LOGIN);
      await until(() => recorder.units.length > 0, 'frames of the second camera');
      assert.ok(camera.last.requests.every(({ headers }) => !headers.get('Authorization')));
      assert.ok(camera.last.requests[1]?.uri.endsWith('/moved'));
    });
  });
  const loop: Script = {
    answer: ({ method, uri }) =>
      method === 'DESCRIBE' ? { status: 301, headers: [['Location', uri]] } : undefined,
  };
  await withCamera(loop, async (camera, recorder) => {
    void recorder.run(camera.url);
    assert.equal((await recorder.end()).code, 'ingest.protocol');
    assert.equal(camera.connections.length, MAX_REDIRECTS + 1);
  });
});

test('a redirect to a blocked address is not followed', async () => {
  for (const host of ['169.254.169.254', '100.100.100.200', '[2002:7f00:1::]', '[::ffff:a00:1]']) {
    const script: Script = {
      answer: ({ method }) =>
        method === 'DESCRIBE'
          ? { status: 302, headers: [['Location', `rtsp://u:p@${host}/latest`]] }
          : undefined,
    };
    await withCamera(script, async (camera, recorder) => {
      void recorder.run(camera.url);
      assert.equal((await recorder.end()).code, 'ingest.address-blocked');
    });
  }
});

test('stop ends a session at any step', async () => {
  for (const step of ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY']) {
    const script: Script = { answer: ({ method }) => (method === step ? 'silence' : undefined) };
    await withCamera(script, async (camera, recorder) => {
      const ended = recorder.run(camera.url);
      await until(() => camera.methods.includes(step), step);
      recorder.session.stop(STOP);
      assert.equal(await ended, STOP);
    });
  }
});

test('keep-alives are sent at least twice in the timeout of the session, within bounds', () => {
  assert.equal(keepAliveIntervalMs({ timeoutSeconds: 60 }), 25_000);
  assert.equal(keepAliveIntervalMs({ timeoutSeconds: 10 }), 4_500);
  assert.equal(keepAliveIntervalMs({ timeoutSeconds: 1 }), MIN_KEEP_ALIVE_MS);
  assert.equal(keepAliveIntervalMs({ timeoutSeconds: 3_600 }), MAX_KEEP_ALIVE_MS);
  assert.equal(keepAliveIntervalMs(undefined), MAX_KEEP_ALIVE_MS);
});

test('several cameras share one read buffer, and packets larger than a read arrive whole', async () => {
  const script: Script = { frameIntervalMs: 1, gop: 2, frameBytes: 60_000 };
  const bodies = Array.from({ length: 4 }, () =>
    withCamera(script, async (camera, recorder) => {
      void recorder.run(camera.url);
      await until(() => recorder.units.length >= 50, 'frames');
      assert.ok(recorder.units.every(({ bytes }) => bytes === 60_004));
      assert.deepEqual(recorder.quirks, []);
    }),
  );
  await Promise.all(bodies);
});

async function closedPort(): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
