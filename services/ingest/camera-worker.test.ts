import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Script, ScriptedCamera, VIDEO_SDP } from './testing/scripted-camera.ts';
import { until } from './testing/until.ts';
import { assignmentOf, CAMERA, Rig, withWorker } from './testing/worker-rig.ts';

test('frames begin at a keyframe, carry one row of numbers, and name camera and stream', async () => {
  const script: Script = { frameIntervalMs: 0 };
  await withWorker(script, async (rig, camera) => {
    await until(() => camera.methods.includes('PLAY'), 'PLAY', rig.clock);
    for (let i = 0; i < 12; i++) await rig.frame(camera, i === 2);
    assert.ok(rig.frames.length >= 9);
    assert.equal(rig.frames[0]?.keyframe, true);
    assert.equal(rig.frames[0]?.discontinuity, true);
    assert.equal(rig.frames[1]?.discontinuity, false);
    assert.deepEqual(
      rig.frames.map(({ sequence }) => sequence),
      rig.frames.map((_, index) => index),
    );
    assert.ok(rig.frames.every((frame) => frame.camera === CAMERA && frame.stream === 'main'));
    assert.ok(rig.worker.counters.drops['before-keyframe'] >= 2);
    assert.equal(rig.state, 'online');
    assert.match(rig.worker.status.detail, /^The camera sends H\.264 video of 240 × 160\.$/);
    assert.deepEqual(rig.worker.tracks, [
      {
        kind: 'video',
        codec: 'h264',
        supported: true,
        width: 240,
        height: 160,
        sampleRate: 0,
        channels: 0,
        profile: 'Constrained Baseline',
        delivery: 'receiving',
        silentSeconds: 0,
      },
    ]);
  });
});

test('a lost packet marks the next frame as a discontinuity', async () => {
  await withWorker({ frameIntervalMs: 0 }, async (rig, camera) => {
    await until(() => camera.methods.includes('PLAY'), 'PLAY', rig.clock);
    await rig.frame(camera, true);
    for (let i = 0; i < 10; i++) await rig.frame(camera, false);
    // On a channel that nobody reads: lost.
    camera.last.sendFrame(false, 9);
    for (let i = 0; i < 3; i++) await rig.frame(camera, i === 1);
    assert.deepEqual(
      rig.frames.slice(-4).map(({ discontinuity }) => discontinuity),
      [false, true, false, false],
    );
  });
});

test('a camera that comes back is online again, with the same configuration and numbers that go on', async () => {
  await withWorker({}, async (rig, camera) => {
    await rig.reaches('online');
    await until(() => rig.frames.length > 5, 'frames', rig.clock);
    const config = rig.frames[0]?.config;
    camera.last.socket.destroy();
    await rig.reaches('connecting', 0);
    const before = rig.frames.length;
    assert.match(rig.worker.status.detail, /closed the connection/);
    await rig.reaches('online');
    await until(() => rig.frames.length > before, 'frames', rig.clock);
    const next = rig.frames[before];
    assert.equal(next?.sequence, before);
    assert.equal(next?.keyframe, true);
    assert.equal(next?.discontinuity, true);
    assert.equal(next?.config, config);
    assert.equal(rig.worker.counters.reconnects, 1);
  });
});

test('a camera that is switched off is unreachable since then, and found when it is back', async () => {
  const first = await ScriptedCamera.start();
  const rig = new Rig(assignmentOf(first.url));
  rig.worker.start();
  await rig.reaches('online');
  await first.stop();
  await rig.reaches('unreachable');
  const { since } = rig.worker.status;
  await until(() => rig.clock.now() > since + 20_000, 'time', rig.clock, 100);
  assert.equal(rig.worker.status.since, since, 'further attempts do not change since when');
  const second = await ScriptedCamera.start({}, { port: first.port });
  const backAt = rig.clock.monotonic();
  await rig.reaches('online', 20);
  assert.ok(rig.clock.monotonic() - backAt < 3_000);
  const stopped = rig.worker.stop();
  await until(() => true, 'nothing', rig.clock, 2_000);
  await stopped;
  await second.stop();
});

test('a stall is no-frames after 10 s and a new session after 30 s, with TEARDOWN before', async () => {
  await withWorker({}, async (rig, camera) => {
    await rig.reaches('online');
    const [first] = camera.connections;
    first?.pause();
    const pausedAt = rig.clock.monotonic();
    await rig.reaches('no-frames', 100);
    const silent = rig.clock.monotonic() - pausedAt;
    assert.ok(silent >= 9_000 && silent <= 12_500, `${silent}`);
    assert.match(rig.worker.status.detail, /its video has stopped/);
    await rig.reaches('online', 100);
    const again = rig.clock.monotonic() - pausedAt;
    assert.ok(again >= 29_000 && again <= 45_000, `${again}`);
    assert.equal(first?.methods().at(-1), 'TEARDOWN');
  });
});

test('a camera that gives a picture in 16 s stays online once its pace is known', async () => {
  const STEP_MS = 500;
  await withWorker({ frameIntervalMs: 0 }, async (rig, camera) => {
    await until(() => camera.methods.includes('PLAY'), 'PLAY', rig.clock);
    const pass = async (ms: number): Promise<void> => {
      const end = rig.clock.monotonic() + ms;
      await until(() => rig.clock.monotonic() >= end, 'time', rig.clock, STEP_MS);
    };
    await pass(12_000);
    assert.equal(rig.state, 'no-frames');
    assert.doesNotMatch(rig.worker.status.detail, /parameter sets/);
    for (let i = 0; i < 4; i++) {
      await rig.frame(camera, true);
      await pass(16_000 - 40);
    }
    assert.equal(rig.state, 'online');
    const before = rig.reported.length;
    for (let i = 0; i < 4; i++) {
      await rig.frame(camera, true);
      await pass(16_000 - 40);
    }
    assert.deepEqual(rig.reported.slice(before), []);
    await rig.reaches('no-frames', STEP_MS);
  });
});

test('pictures without parameter sets are reported as such', async () => {
  const sdp = VIDEO_SDP.replace(/;sprop-parameter-sets=[^\r]*/, '');
  await withWorker({ sdp }, async (rig) => {
    await rig.reaches('no-frames', 100);
    assert.match(rig.worker.status.detail, /without the parameter sets/);
  });
});

test('a camera whose cable is pulled is connected again after 15 s: it does not answer either', async () => {
  let pulled = false;
  await withWorker({ answer: () => (pulled ? 'silence' : undefined) }, async (rig, camera) => {
    await rig.reaches('online');
    pulled = true;
    camera.last.pause();
    const pulledAt = rig.clock.monotonic();
    await until(() => camera.connections.length > 1, 'a new connection', rig.clock, 100);
    const again = rig.clock.monotonic() - pulledAt;
    assert.ok(again >= 14_500 && again <= 19_500, `${again}`);
    pulled = false;
    await rig.reaches('online', 20);
  });
});

test('frames that come back before that need no new session', async () => {
  await withWorker({}, async (rig, camera) => {
    await rig.reaches('online');
    camera.last.pause();
    await rig.reaches('no-frames', 100);
    camera.last.play();
    await rig.reaches('online', 10);
    assert.equal(camera.connections.length, 1);
  });
});

test('a camera that accepts PLAY and sends nothing says so', async () => {
  await withWorker({ frameIntervalMs: 0 }, async (rig) => {
    await rig.reaches('no-frames', 100);
    assert.match(rig.worker.status.detail, /connected, but sends no video/);
  });
});

test('video without any keyframe says what to do', async () => {
  await withWorker({ gop: Number.POSITIVE_INFINITY }, async (rig, camera) => {
    await until(() => camera.methods.includes('PLAY'), 'PLAY', rig.clock);
    camera.last.pause();
    // Frame 0 is a keyframe of any group: it is lost on a channel that nobody reads.
    camera.last.sendFrame(true, 9);
    const sending = setInterval(() => camera.last.sendFrame(false), 2);
    await until(() => rig.state === 'no-frames', 'no-frames', rig.clock, 10);
    clearInterval(sending);
    assert.match(rig.worker.status.detail, /neither a keyframe nor a recovery point/);
  });
});

const REFUSED = [
  [{ status: 404 }, 'not-found'],
  [{ status: 453 }, 'refused'],
  [{ status: 503 }, 'refused'],
  [{ raw: 'HTTP/1.1 200 OK\r\n\r\n<html>' }, 'not-rtsp'],
] as const;

for (const [answer, state] of REFUSED) {
  test(`${JSON.stringify(answer)} is shown as ${state}`, async () => {
    await withWorker({ answer: () => answer }, async (rig) => {
      await rig.reaches(state);
      assert.ok(rig.worker.status.detail.length > 40);
    });
  });
}

test('an unknown codec is shown as codec-not-supported, by its name, with the tracks', async () => {
  const sdp = VIDEO_SDP.replace('H264/90000', 'JPEG2000/90000').replace(/a=fmtp.*\r\n/, '');
  await withWorker({ sdp }, async (rig) => {
    await rig.reaches('codec-not-supported');
    assert.match(rig.worker.status.detail, /JPEG2000 video, which is not supported/);
    assert.deepEqual(
      rig.worker.tracks.map(({ codec, supported }) => ({ codec, supported })),
      [{ codec: 'JPEG2000', supported: false }],
    );
  });
});

test('after a wrong password there is at most one login in any 30 s; a corrected one is tried at once', async () => {
  const script: Script = { username: 'viewer', password: 'right' };
  await withWorker(
    script,
    async (rig, camera) => {
      const logins: number[] = [];
      let seen = 0;
      const look = (): boolean => {
        while (seen < camera.connections.length) {
          seen++;
          logins.push(rig.clock.monotonic());
        }
        return rig.clock.monotonic() >= 200_000;
      };
      await until(look, 'time', rig.clock, 250);
      assert.equal(rig.state, 'wrong-password');
      assert.match(rig.worker.status.detail, /refuses .* Retrying at most every 30 s\.$/);
      assert.ok(logins.length >= 3, `${logins.length} logins`);
      for (let i = 1; i < logins.length; i++) {
        assert.ok((logins[i] ?? 0) - (logins[i - 1] ?? 0) >= 29_500, `${logins}`);
      }
      rig.worker.update({ ...rig.worker.assignment, sealedPassword: 'sealed:right' });
      await rig.reaches('online', 1);
      assert.ok(!JSON.stringify(rig.reported).includes('sealed:'));
    },
    { username: 'viewer', sealedPassword: 'sealed:wrong' },
  );
});

test('a new name or retention touches nothing; a new path begins a new session', async () => {
  await withWorker({}, async (rig, camera) => {
    await rig.reaches('online');
    rig.worker.update({ ...rig.worker.assignment, name: 'Gate', retentionDays: 3 });
    const frames = rig.frames.length;
    await until(() => rig.frames.length > frames + 3, 'more frames', rig.clock);
    assert.equal(camera.connections.length, 1);
    rig.worker.update({ ...rig.worker.assignment, url: `${camera.url}2` });
    await until(() => camera.connections.length === 2, 'a new connection', rig.clock);
    assert.equal(camera.connections[0]?.methods().at(-1), 'TEARDOWN');
    await until(() => camera.last.requests.length > 1, 'requests', rig.clock);
    assert.ok(camera.last.requests[1]?.uri.endsWith('stream2'));
  });
});

test('a camera that is switched off in its settings is left alone, and taken up again', async () => {
  await withWorker({}, async (rig, camera) => {
    await rig.reaches('online');
    rig.worker.update({ ...rig.worker.assignment, enabled: false });
    await rig.reaches('disabled');
    assert.equal(camera.last.methods().at(-1), 'TEARDOWN');
    await until(() => rig.clock.monotonic() > 100_000, 'time', rig.clock, 1_000);
    assert.equal(camera.connections.length, 1);
    rig.worker.update({ ...rig.worker.assignment, enabled: true });
    await rig.reaches('online');
  });
});

test('loopback is blocked unless allowed, except for the demo camera', async () => {
  const camera = await ScriptedCamera.start();
  for (const demo of [false, true]) {
    const rig = new Rig(assignmentOf(camera.url, { demo }), { allowLoopback: false });
    rig.worker.start();
    await rig.reaches(demo ? 'online' : 'address-blocked');
    if (!demo) assert.match(rig.worker.status.detail, /allowLoopbackCameras/);
    const stopped = rig.worker.stop();
    await until(() => true, 'nothing', rig.clock, 2_000);
    await stopped;
  }
  await camera.stop();
});

test('rates are those of the last ten seconds', async () => {
  await withWorker({ frameIntervalMs: 0 }, async (rig, camera) => {
    await until(() => camera.methods.includes('PLAY'), 'PLAY', rig.clock);
    for (let i = 0; i < 300; i++) await rig.frame(camera, i % 25 === 0, 1_000);
    const { framesPerSecond, bitsPerSecond } = rig.worker.rates;
    assert.ok(Math.abs(framesPerSecond - 25) < 1, `${framesPerSecond}`);
    assert.ok(Math.abs(bitsPerSecond / (25 * 1_004 * 8) - 1) < 0.05, `${bitsPerSecond}`);
  });
});

test('50 reconnects leave no socket and no timer behind', async () => {
  await withWorker({ frameIntervalMs: 1 }, async (rig, camera) => {
    await rig.reaches('online');
    const before = process.getActiveResourcesInfo().length;
    for (let i = 1; i <= 50; i++) {
      camera.last.socket.destroy();
      await until(() => camera.connections.length > i, `session ${i}`, rig.clock, 500);
      await rig.reaches('online', 0);
    }
    assert.ok(rig.worker.counters.reconnects >= 50);
    const after = process.getActiveResourcesInfo();
    assert.ok(after.length <= before + 4, `${before}, then ${after}`);
    assert.equal(camera.connections.filter(({ socket }) => !socket.destroyed).length, 1);
  });
});

test('a camera that changes its codec within the session is described again', async () => {
  await withWorker({ frameIntervalMs: 0 }, async (rig, camera) => {
    await until(() => camera.methods.includes('PLAY'), 'PLAY', rig.clock);
    for (let i = 0; i < 5; i++) await rig.frame(camera, i === 0);
    const [connection] = camera.connections;
    const describes = (): number => camera.methods.filter((each) => each === 'DESCRIBE').length;
    await until(
      () => {
        // A slice of H.265, TRAIL_R, under the description of H.264.
        connection?.sendFrame(false, 0, { nal: [0x02, 0x01, 0x88] });
        return describes() === 2;
      },
      'another DESCRIBE',
      rig.clock,
      100,
    );
    assert.equal(rig.worker.counters.videoFrames, 5);
    assert.ok(rig.worker.counters.drops['foreign-packet'] >= 8);
    const ended = rig.reported.find(({ state }) => state === 'no-frames');
    assert.match(ended?.detail ?? '', /sends its video in another codec than it described/);
  });
});
