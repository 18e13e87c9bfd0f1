import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { AddressPolicy } from './address-policy.ts';
import {
  CameraTestError,
  CameraTester,
  type CameraTestResult,
  MAX_CAMERA_TESTS,
  TEST_TIMEOUT_MS,
} from './camera-test.ts';
import { createReadBuffer } from './rtsp-connection.ts';
import { GOP_OBSERVATION_MS } from './stream-look.ts';
import { AUDIO_SDP, type Script, ScriptedCamera, VIDEO_SDP } from './testing/scripted-camera.ts';
import { until } from './testing/until.ts';

async function testOf(
  script: Script,
  login = { username: '', password: '' },
): Promise<{ result: CameraTestResult; camera: ScriptedCamera; clock: ManualClock }> {
  const camera = await ScriptedCamera.start(script);
  const clock = new ManualClock();
  try {
    const tester = testerOf(clock);
    let result: CameraTestResult | undefined;
    void tester.test({ url: camera.url, credentials: login, loopback: false }).then((found) => {
      result = found;
    });
    await until(() => result !== undefined, 'the result', clock, 10);
    if (result === undefined) throw new Error('unreachable');
    return { result, camera, clock };
  } finally {
    await camera.stop();
  }
}

function testerOf(clock: ManualClock): CameraTester {
  return new CameraTester({
    clock,
    policy: new AddressPolicy({ clock, resolve: async () => [], allowLoopback: true }),
    readBuffer: createReadBuffer(),
    verifyCertificate: false,
  });
}

test('a camera that works is reported with tracks, size and rates, after one login and TEARDOWN', async () => {
  const login = { username: 'viewer', password: 'right' };
  const { result, camera } = await testOf(
    { ...login, sdp: VIDEO_SDP + AUDIO_SDP, sound: true },
    login,
  );
  assert.equal(result.state, 'online');
  assert.match(
    result.detail,
    /^The camera works: H\.264 video of 240 × 160 with G\.711 A-law audio\. [\d.]+ frames and [\d.]+ Mbit a second\./,
  );
  assert.ok(result.framesPerSecond > 1);
  assert.ok(result.bitsPerSecond > 100);
  assert.ok(result.elapsedMs >= 2_000 && result.elapsedMs < 5_000);
  assert.deepEqual(
    result.tracks.map(({ codec, width }) => [codec, width]),
    [
      ['h264', 240],
      ['pcma', 0],
    ],
  );
  assert.equal(camera.connections.length, 1);
  assert.equal(camera.methods.at(-1), 'TEARDOWN');
});

test('sound that is announced and does not come is waited for, and not said to be there', async () => {
  const { result } = await testOf({ sdp: VIDEO_SDP + AUDIO_SDP });
  assert.equal(result.state, 'online');
  assert.match(
    result.detail,
    /^The camera works: H\.264 video of 240 × 160\. It announces G\.711 A-law audio, of which nothing usable has been received\. [\d.]+ frames/,
  );
  const [video, audio] = result.tracks;
  assert.deepEqual([video?.delivery, video?.silentSeconds], ['receiving', 0]);
  assert.equal(audio?.delivery, 'nothing-yet');
  assert.ok(result.elapsedMs >= GOP_OBSERVATION_MS);
  assert.ok((audio?.silentSeconds ?? 0) >= GOP_OBSERVATION_MS / 1000 - 1);
});

test('sound that the camera refuses is reported so', async () => {
  const { result } = await testOf({
    sdp: VIDEO_SDP + AUDIO_SDP,
    answer: ({ method, uri }) =>
      method === 'SETUP' && uri.endsWith('audio') ? { status: 461 } : undefined,
  });
  assert.match(result.detail, /It announces G\.711 A-law audio and refuses to send it\./);
  assert.equal(result.tracks[1]?.delivery, 'refused');
  assert.ok(result.elapsedMs < 5_000, 'it is not waited for');
});

test('what the camera wants to be sent is not among its tracks', async () => {
  const back = `${AUDIO_SDP}a=sendonly\r\n`;
  const { result } = await testOf({ sdp: `${VIDEO_SDP}a=recvonly\r\n${back}` });
  assert.deepEqual(
    result.tracks.map(({ codec }) => codec),
    ['h264'],
  );
  assert.doesNotMatch(result.detail, /audio/);
});

test('a wrong password, a wrong path and an unknown codec are reported, each after one connection', async () => {
  const wrong = await testOf({ username: 'viewer', password: 'right' });
  assert.equal(wrong.result.state, 'wrong-password');
  assert.doesNotMatch(wrong.result.detail, /Retrying/);
  const missing = await testOf({ answer: () => ({ status: 404 }) });
  assert.equal(missing.result.state, 'not-found');
  const sdp = VIDEO_SDP.replace('H264/90000', 'VP8/90000').replace(/a=fmtp.*\r\n/, '');
  const codec = await testOf({ sdp });
  assert.equal(codec.result.state, 'codec-not-supported');
  assert.equal(codec.result.tracks[0]?.codec, 'VP8');
  for (const { camera } of [wrong, missing, codec]) assert.equal(camera.connections.length, 1);
});

test('a camera that sends nothing ends the test after TEST_TIMEOUT_MS', async () => {
  const { result, clock } = await testOf({ frameIntervalMs: 0 });
  assert.equal(result.state, 'no-frames');
  assert.ok(clock.monotonic() >= TEST_TIMEOUT_MS && clock.monotonic() < TEST_TIMEOUT_MS + 1_500);
});

test('video without a keyframe works, with a word about it', async () => {
  const script: Script = { gop: Number.POSITIVE_INFINITY, frameIntervalMs: 0 };
  const camera = await ScriptedCamera.start(script);
  const clock = new ManualClock();
  let result: CameraTestResult | undefined;
  void testerOf(clock)
    .test({ url: camera.url, credentials: { username: '', password: '' }, loopback: false })
    .then((found) => {
      result = found;
    });
  await until(() => camera.methods.includes('PLAY'), 'PLAY');
  const sending = setInterval(() => camera.last.sendFrame(false), 2);
  await until(() => result !== undefined, 'the result', clock, 10);
  clearInterval(sending);
  assert.equal(result?.state, 'online');
  assert.match(result?.detail ?? '', /No keyframe and no recovery point came/);
  await camera.stop();
});

test('a blocked or unreadable address is reported without any connection', async () => {
  const tester = testerOf(new ManualClock());
  const credentials = { username: '', password: '' };
  const target = { url: 'http://10.0.0.1/', credentials, loopback: false };
  assert.match((await tester.test(target)).detail, /rtsp:\/\//);
  const metadata = { ...target, url: 'rtsp://169.254.169.254/' };
  assert.equal((await tester.test(metadata)).state, 'address-blocked');
});

test('no more than MAX_CAMERA_TESTS are under way', async () => {
  const camera = await ScriptedCamera.start({ answer: () => 'silence' });
  const tester = testerOf(new ManualClock());
  const target = {
    url: camera.url,
    credentials: { username: '', password: '' },
    loopback: false,
  };
  const running = Array.from({ length: MAX_CAMERA_TESTS }, () => tester.test(target));
  await assert.rejects(tester.test(target), CameraTestError);
  tester.stop();
  await Promise.all(running);
  await camera.stop();
});
