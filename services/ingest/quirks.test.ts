import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { RTSP_QUIRKS } from '@vms/wire/rtsp/quirks.ts';
import { withCamera } from './testing/fixture.ts';
import type { Script } from './testing/scripted-camera.ts';
import { AUDIO_SDP, VIDEO_SDP } from './testing/scripted-camera.ts';
import { until } from './testing/until.ts';
import { MAX_SLEW, TimeLine } from './time-line.ts';

const LOGIN = { username: 'viewer', password: 'secret' };

/** A camera that answers SETUP with a Transport of its own. */
function withTransport(transport: (uri: string) => string): Script {
  return {
    frameIntervalMs: 0,
    sdp: VIDEO_SDP + AUDIO_SDP,
    answer: ({ method, uri }) =>
      method === 'SETUP'
        ? {
            status: 200,
            headers: [
              ['Session', 'session-1'],
              ['Transport', transport(uri)],
            ],
          }
        : undefined,
  };
}

test('a camera that sends to a multicast group only is refused in words', async () => {
  const script = withTransport(() => 'RTP/AVP;multicast;destination=239.1.2.3;port=5000-5001');
  await withCamera(script, async (camera, recorder) => {
    void recorder.run(camera.url);
    const error = await recorder.end();
    assert.equal(error.code, 'ingest.refused');
    assert.match(error.message, /with a multicast group; RTP over TCP was asked for/);
  });
});

test('quirk changed-channels: the channels of the answer count', async () => {
  const script = withTransport((uri) =>
    uri.endsWith('video') ? 'RTP/AVP/TCP;interleaved=6-7' : 'RTP/AVP/TCP;interleaved=0-1',
  );
  await withCamera(script, async (camera, recorder) => {
    void recorder.run(camera.url);
    await until(() => recorder.playing, 'PLAY');
    camera.last.sendFrame(true, 6);
    camera.last.sendFrame(false, 6);
    await until(() => recorder.units.length > 0, 'a frame on channel 6');
    assert.ok(recorder.quirks.includes('changed-channels'));
  });
});

test('quirk changed-channels: without any in the answer, those that were asked for', async () => {
  await withCamera(
    withTransport(() => 'RTP/AVP/TCP;unicast'),
    async (camera, recorder) => {
      void recorder.run(camera.url);
      await until(() => recorder.playing, 'PLAY');
      camera.last.sendFrame(true, 0);
      camera.last.sendFrame(false, 0);
      await until(() => recorder.units.length > 0, 'a frame on channel 0');
    },
  );
});

test('quirk changed-channels: the same ones for two tracks are not believed the second time', async () => {
  await withCamera(
    withTransport(() => 'RTP/AVP/TCP;unicast;interleaved=0-1'),
    async (camera, recorder) => {
      void recorder.run(camera.url);
      await until(() => recorder.playing, 'PLAY');
      camera.last.sendFrame(true, 0);
      camera.last.sendFrame(false, 0);
      await until(() => recorder.units.length > 0, 'a frame of the video');
      assert.equal(recorder.units[0]?.track, 0);
    },
  );
});

for (const [methods, expected] of [
  ['OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER', 'GET_PARAMETER'],
  ['OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN', 'OPTIONS'],
] as const) {
  test(`quirk keep-alive: ${expected} as Public says, within the session's timeout`, async () => {
    await withCamera({ methods, sessionTimeoutSeconds: 10 }, async (camera, recorder, clock) => {
      void recorder.run(camera.url);
      await until(() => recorder.playing, 'PLAY');
      const before = camera.methods.length;
      for (let kept = 1; kept <= 3; kept++) {
        clock.advance(4_500);
        await until(() => camera.methods.length === before + kept, 'a keep-alive');
        await until(() => camera.last.requests.length > 0, 'an answer');
        assert.equal(camera.methods.at(-1), expected);
        assert.equal(camera.last.requests.at(-1)?.headers.get('Session'), 'session-1');
        const units = recorder.units.length;
        await until(() => recorder.units.length > units + 1, 'more frames');
      }
    });
  });
}

test('quirk refused-range: a camera that plays from no point in time plays without', async () => {
  for (const status of [456, 457]) {
    const script: Script = {
      answer: ({ method, headers }) =>
        method === 'PLAY' && headers.get('Range') !== undefined ? { status } : undefined,
    };
    await withCamera(script, async (camera, recorder) => {
      void recorder.run(camera.url);
      await until(() => recorder.units.length > 0, 'a frame');
      assert.ok(recorder.quirks.includes('refused-range'));
      assert.equal(camera.last.methods().filter((method) => method === 'PLAY').length, 2);
    });
  }
});

test('quirk keep-alive: a receiver report goes with it, for servers that count only those', async () => {
  await withCamera({ sessionTimeoutSeconds: 10 }, async (camera, recorder, clock) => {
    void recorder.run(camera.url);
    await until(() => recorder.units.length > 3, 'frames');
    clock.advance(4_500);
    await until(() => camera.last.data.length > 0, 'a receiver report');
    const [report] = camera.last.data;
    assert.equal(report?.channel, 1);
    // 81: version 2 and one block; c9: receiver report; 7 words more; the SSRC of the camera's video.
    assert.match(Buffer.from(report?.bytes ?? []).toString('hex'), /^81c90007.{8}12345678/);
  });
});

test('quirk keep-alive: no answer is tolerated while frames come', async () => {
  let playing = false;
  const script: Script = {
    sessionTimeoutSeconds: 10,
    answer({ method }) {
      if (method === 'PLAY') playing = true;
      return playing && method === 'OPTIONS' ? 'silence' : undefined;
    },
  };
  await withCamera(script, async (camera, recorder, clock) => {
    void recorder.run(camera.url);
    await until(() => recorder.playing, 'PLAY');
    for (let i = 0; i < 20; i++) {
      const units = recorder.units.length;
      clock.advance(5_000);
      await until(() => recorder.units.length > units, 'more frames');
    }
    assert.equal(recorder.ended, undefined);
    assert.ok(camera.methods.filter((method) => method === 'OPTIONS').length > 10);
    assert.equal(recorder.quirks.filter((quirk) => quirk === 'keep-alive').length, 1);
  });
});

test('quirk keep-alive-rejected: 400 with an old CSeq is an answer, and OPTIONS is used from then on', async () => {
  const script: Script = {
    methods: 'OPTIONS, GET_PARAMETER',
    sessionTimeoutSeconds: 10,
    answer: ({ method }) =>
      method === 'GET_PARAMETER' ? { status: 400, reason: 'Bad Request', cseq: '3' } : undefined,
  };
  await withCamera(script, async (camera, recorder, clock) => {
    void recorder.run(camera.url);
    await until(() => recorder.playing, 'PLAY');
    clock.advance(4_500);
    await until(() => recorder.quirks.includes('keep-alive-rejected'), 'the rejection');
    clock.advance(4_500);
    await until(() => camera.methods.at(-1) === 'OPTIONS', 'OPTIONS as keep-alive');
    const units = recorder.units.length;
    await until(() => recorder.units.length > units, 'more frames');
    assert.equal(recorder.ended, undefined);
  });
});

test('quirk new-nonce-in-session: the request is sent once more with the new nonce', async () => {
  await withCamera({ ...LOGIN, sessionTimeoutSeconds: 10 }, async (camera, recorder, clock) => {
    void recorder.run(camera.url, LOGIN);
    await until(() => recorder.playing, 'PLAY');
    camera.last.nonce = 'nonce-2';
    const before = camera.methods.length;
    clock.advance(4_500);
    await until(() => camera.methods.length === before + 2, 'the keep-alive and its repetition');
    const sent = camera.last.requests.at(-1)?.headers.get('Authorization') ?? '';
    assert.match(sent, /nonce="nonce-2"/);
    const units = recorder.units.length;
    await until(() => recorder.units.length > units, 'more frames');
    assert.equal(recorder.ended, undefined);
  });
});

test('quirk camera-clock: a camera that steps its clock by a day is stamped by ours', () => {
  const clock = new ManualClock();
  const line = new TimeLine(clock, [{ kind: 'video', clockRate: 90_000, reorderFrames: 0 }]);
  let rtp = 0;
  let last = clock.now() - 40;
  for (let frame = 0; frame < 5_000; frame++) {
    if (frame === 2_500) rtp += 86_400 * 90_000;
    const { wallClock, stepped } = line.stamp(0, rtp >>> 0, frame % 50 === 0);
    assert.equal(stepped, false);
    assert.ok(Math.abs(wallClock - last - 40) <= 40 * MAX_SLEW + 1e-3);
    assert.ok(Math.abs(wallClock - clock.now()) < 1);
    last = wallClock;
    rtp += 3600;
    clock.advance(40);
  }
});

test('every quirk of the table that names this file has its test here', async () => {
  const { readFile } = await import('node:fs/promises');
  const source = await readFile(new URL(import.meta.url), 'utf8');
  const ours = RTSP_QUIRKS.filter(({ test: file }) => file === 'services/ingest/quirks.test.ts');
  assert.ok(ours.length > 0);
  for (const { id } of ours) assert.ok(source.includes(`quirk ${id}:`), id);
});
