import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import type { CameraFault } from './camera-fault.ts';
import {
  type CameraSimulatorOptions,
  MAX_CAMERAS,
  numberedCameras,
  startCameraSimulator,
} from './camera-simulator.ts';
import { type Clip, loadClip } from './clip.ts';
import { RtspTestClient } from './testing/rtsp-test-client.ts';

const clip: Clip = await loadClip();
const CREDENTIALS = { username: 'viewer', password: 'correct horse' };

async function start(
  t: import('node:test').TestContext,
  options: Partial<CameraSimulatorOptions> = {},
) {
  const simulator = await startCameraSimulator({ cameras: numberedCameras(2), clip, ...options });
  t.after(() => simulator.stop());
  const open = async (name = 'cam0'): Promise<RtspTestClient> => {
    const client = new RtspTestClient(simulator.url(name));
    t.after(() => client.close());
    return client.connected();
  };
  return { simulator, open };
}

/** RTP packets of the picture. */
const video = (client: RtspTestClient) => client.packets.filter(({ channel }) => channel === 0);
const sequenceOf = (packet: { bytes: Uint8Array }): number =>
  ((packet.bytes[2] ?? 0) << 8) | (packet.bytes[3] ?? 0);

test('OPTIONS, DESCRIBE, SETUP, PLAY and TEARDOWN as a camera answers them', async (t) => {
  const { open } = await start(t, {
    cameras: [{ name: 'cam0', audio: 'aac' }],
    sessionTimeoutSeconds: 30,
  });
  const client = await open();
  const options = await client.request('OPTIONS');
  assert.match(options.headers.get('Public') ?? '', /DESCRIBE.*GET_PARAMETER/);
  const description = await client.request('DESCRIBE');
  assert.equal(description.headers.get('Content-Type'), 'application/sdp');
  assert.match(Buffer.from(description.body).toString(), /H264\/90000.*MPEG4-GENERIC\/16000\/1/s);
  const transport = 'RTP/AVP/TCP;unicast;interleaved=0-1';
  const setup = await client.request('SETUP', [['Transport', transport]], '/trackID=0');
  assert.equal(setup.headers.get('Transport'), transport);
  assert.match(setup.headers.get('Session') ?? '', /^[0-9a-f]+;timeout=30$/);
  const play = await client.play([0, 1]);
  const info = play.headers.get('RTP-Info') ?? '';
  const first = /trackID=0;seq=(\d+);rtptime=(\d+)/.exec(info);
  await client.until((packets) => packets.some(({ channel }) => channel === 1));
  await client.until(() => video(client).length > 20);
  await client.until((packets) => packets.some(({ channel }) => channel === 2));
  assert.equal(sequenceOf(video(client)[0] ?? { bytes: new Uint8Array() }), Number(first?.[1]));
  assert.equal((await client.request('GET_PARAMETER')).status, 200);
  assert.equal((await client.request('TEARDOWN')).status, 200);
  assert.equal(await client.closed, 'end');
});

test('UDP is answered 461, a strange path 404, a strange method 501', async (t) => {
  const { open } = await start(t);
  const client = await open();
  const udp = [['Transport', 'RTP/AVP;unicast;client_port=5000-5001']] as const;
  assert.equal((await client.request('SETUP', udp, '/trackID=0')).status, 461);
  assert.equal((await client.request('RECORD')).status, 501);
  assert.equal((await client.request('PLAY')).status, 454);
  const tcp = [['Transport', 'RTP/AVP/TCP;unicast;interleaved=0-1']] as const;
  assert.equal((await client.request('SETUP', tcp, '/trackID=7')).status, 404);
});

for (const authentication of ['digest', 'basic', 'both'] as const) {
  test(`${authentication}: the right password enters, a wrong one does not`, async (t) => {
    const { open } = await start(t, { credentials: CREDENTIALS, authentication });
    const wrong = await open();
    assert.equal((await wrong.login('DESCRIBE', { ...CREDENTIALS, password: 'x' })).status, 401);
    const right = await open();
    assert.equal((await right.login('DESCRIBE', CREDENTIALS)).status, 200);
    const anonymous = await open();
    assert.equal((await anonymous.request('DESCRIBE')).status, 401);
    assert.equal((await anonymous.request('OPTIONS')).status, 200);
  });
}

test('cameras begin at different places and a later session begins later', async (t) => {
  const clock = new ManualClock();
  const { simulator } = await start(t, { cameras: numberedCameras(13), clock });
  const starts = simulator.cameras.map((camera) => camera.currentKeyframe());
  assert.deepEqual(starts.slice(0, 3), [0, 50, 100]);
  assert.equal(starts[12], 0);
  assert.equal(new Set(simulator.cameras.map((camera) => camera.phaseMs)).size, 13);
  clock.advance(5000);
  assert.equal(simulator.camera('cam0').currentKeyframe(), 100);
  clock.advance(19_000);
  assert.equal(simulator.camera('cam0').currentKeyframe(), 0);
});

test('a session of which nothing is heard ends, one that keeps alive does not', async (t) => {
  const clock = new ManualClock();
  const { open } = await start(t, { clock, sessionTimeoutSeconds: 60 });
  const [silent, alive] = [await open(), await open()];
  await silent.play();
  await alive.play();
  clock.advance(45_000);
  assert.equal((await alive.request('GET_PARAMETER')).status, 200);
  clock.advance(20_000);
  await silent.closed;
  assert.equal((await alive.request('GET_PARAMETER')).status, 200);
});

/** What a client that plays, and one that comes later, see of each fault. */
const ANSWERS: readonly (readonly [CameraFault, number])[] = [
  ['wrong-password', 401],
  ['not-found', 404],
  ['refused', 503],
];
for (const [fault, status] of ANSWERS) {
  test(`fault ${fault}: connections are reset, and whoever comes is answered ${status}`, async (t) => {
    const { simulator, open } = await start(t, { credentials: CREDENTIALS });
    const playing = await open();
    await playing.login('DESCRIBE', CREDENTIALS);
    simulator.setFault(fault, 'cam0');
    await playing.closed;
    const later = await open();
    assert.equal((await later.login('DESCRIBE', CREDENTIALS)).status, status);
    const other = await open('cam1');
    assert.equal((await other.login('DESCRIBE', CREDENTIALS)).status, 200);
    simulator.setFault('none', 'cam0');
    const recovered = await open();
    assert.equal((await recovered.login('DESCRIBE', CREDENTIALS)).status, 200);
  });
}

test('fault http: a web server answers', async (t) => {
  const { simulator, open } = await start(t);
  simulator.setFault('http');
  const client = await open();
  const response = await client.request('DESCRIBE');
  assert.deepEqual([response.protocol, response.status], ['HTTP', 400]);
});

test('fault unknown-codec: JPEG is offered and nothing is sent', async (t) => {
  const { simulator, open } = await start(t);
  simulator.setFault('unknown-codec');
  const client = await open();
  const description = await client.request('DESCRIBE');
  assert.match(Buffer.from(description.body).toString(), /JPEG\/90000/);
  assert.equal((await client.play()).status, 200);
  await client.request('GET_PARAMETER');
  assert.equal(video(client).length, 0);
});

test('fault reset: the connection is reset, and the next one is served', async (t) => {
  const { simulator, open } = await start(t);
  const client = await open();
  await client.play();
  await client.until(() => video(client).length > 10);
  simulator.setFault('reset', 'cam0');
  assert.equal(await client.closed, 'reset');
  const next = await open();
  await next.play();
  await next.until(() => video(next).length > 10);
});

test('fault stall: no frame comes any more, requests are answered, and it goes on at a keyframe', async (t) => {
  const { simulator, open } = await start(t);
  const client = await open();
  await client.play();
  await client.until(() => video(client).length > 10);
  const camera = simulator.camera('cam0');
  const before = camera.ledger().length;
  simulator.setFault('stall', 'cam0');
  // The frame that was half out comes to its end; several more would have been due.
  const end = performance.now() + 200;
  while (performance.now() < end) await client.request('GET_PARAMETER');
  const paused = camera.ledger().length;
  assert.ok(paused <= before + 1, `${paused} after ${before}`);
  simulator.setFault('none', 'cam0');
  await client.until(() => camera.ledger().length > paused);
  assert.equal(camera.ledger()[paused]?.keyframe, true);
});

test('fault vanish: neither frames nor answers, and the connection stays open', async (t) => {
  const { simulator, open } = await start(t);
  const client = await open();
  simulator.setFault('vanish', 'cam0');
  let answered = false;
  void client.request('OPTIONS').then(() => {
    answered = true;
  });
  const other = await open('cam1');
  await other.request('OPTIONS');
  assert.equal(answered, false);
});

test('fault garbage: bytes that mean nothing come between packets, and no packet is lost', async (t) => {
  const { simulator, open } = await start(t);
  const client = await open();
  await client.play();
  await client.until(() => video(client).length > 10);
  simulator.setFault('garbage', 'cam0');
  await client.until(() => client.lostBytes > 0);
  const seen = video(client).length;
  await client.until(() => video(client).length > seen + 10);
  assert.equal(client.lostBytes, 1500);
});

test('fault lose-packet: one sequence number is missing', async (t) => {
  const { simulator, open } = await start(t);
  const client = await open();
  simulator.setFault('lose-packet', 'cam0');
  await client.play();
  await client.until(() => video(client).length > 60);
  const numbers = video(client).map(sequenceOf);
  const gaps = numbers.filter((number, index) => {
    const previous = numbers[index - 1];
    return previous !== undefined && ((number - previous) & 0xffff) !== 1;
  });
  assert.equal(gaps.length, 1);
});

test('fault drop-frame: the ledger has a frame that never came, sequence numbers are whole', async (t) => {
  const { simulator, open } = await start(t);
  const client = await open();
  await client.play();
  await client.until(() => video(client).length > 40);
  simulator.setFault('drop-frame', 'cam0');
  const camera = simulator.camera('cam0');
  const before = camera.ledger().length;
  await client.until(() => camera.ledger().length > before + 5);
  simulator.hold();
  const timestamps = new Set(video(client).map(({ bytes }) => Buffer.from(bytes).readUInt32BE(4)));
  const missing = camera.ledger().slice(0, before + 3);
  assert.equal(missing.filter(({ rtpTimestamp }) => !timestamps.has(rtpTimestamp)).length, 1);
  const numbers = video(client).map(sequenceOf);
  assert.ok(
    numbers.every((number, i) => i === 0 || number === (((numbers[i - 1] ?? 0) + 1) & 0xffff)),
  );
});

test('fault new-nonce: the login is asked for again, as stale', async (t) => {
  const { simulator, open } = await start(t, { credentials: CREDENTIALS });
  const client = await open();
  assert.equal((await client.login('DESCRIBE', CREDENTIALS)).status, 200);
  simulator.setFault('new-nonce', 'cam0');
  const refused = await client.request('GET_PARAMETER');
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get('WWW-Authenticate') ?? '', /stale=true/);
});

test('more cameras than there may be are refused, and a taken port is said plainly', async (t) => {
  await assert.rejects(startCameraSimulator({ cameras: numberedCameras(MAX_CAMERAS + 1), clip }), {
    code: 'camera-sim.option',
  });
  await assert.rejects(startCameraSimulator({ cameras: [], clip }), { code: 'camera-sim.option' });
  const { simulator } = await start(t);
  await assert.rejects(
    startCameraSimulator({ cameras: numberedCameras(1), clip, port: simulator.port }),
    { code: 'camera-sim.port-in-use', message: new RegExp(`Port ${simulator.port} is already`) },
  );
  const silentClip: Clip = { video: clip.video, audio: {} };
  await assert.rejects(
    startCameraSimulator({ cameras: [{ name: 'a', audio: 'aac' }], clip: silentClip }),
    { code: 'camera-sim.clip' },
  );
});
