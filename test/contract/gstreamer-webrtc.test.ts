import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import { readFrameNumber } from '@vms/camera-sim/frame-strip.ts';
import { RunningSystem } from '../system/running-system.ts';
import { waitFor } from '../system/waiting.ts';

const CLIENT = join(import.meta.dirname, '..', 'fixtures', 'gstreamer', 'whep_client.py');
const run = promisify(execFile);
/** Two groups of pictures and more, whichever picture the view begins with. */
const UNITS = 110;
/** Of the demo clip, after which its numbers begin again. */
const CLIP_FRAMES = 600;
/** From one of its keyframes to the next. */
const GOP_FRAMES = 50;
const [WIDTH, HEIGHT] = [640, 360];

interface Session {
  readonly session_id: string;
  readonly token: string;
  readonly whep_url: string;
  readonly playable: { readonly webrtc: { readonly ok: boolean } };
}

/** Numbers that the pictures of a bare H.264 stream show, decoded by ffmpeg, which must not complain. */
async function decodedNumbers(file: string): Promise<(number | undefined)[]> {
  const { stdout, stderr } = await run(
    'ffmpeg',
    [
      ...['-v', 'error', '-xerror', '-f', 'h264', '-i', file, '-fps_mode', 'passthrough'],
      ...['-vf', `scale=${WIDTH}:${HEIGHT}`, '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'],
    ],
    { encoding: 'buffer', maxBuffer: WIDTH * HEIGHT * UNITS * 2 },
  );
  assert.equal(stderr.toString(), '');
  const bytes = WIDTH * HEIGHT;
  return Array.from({ length: stdout.length / bytes }, (_, at) =>
    readFrameNumber(stdout.subarray(at * bytes, (at + 1) * bytes), WIDTH, HEIGHT),
  );
}

test("GStreamer's webrtcbin takes a camera by WHEP, and what it gets decodes, picture after picture", {
  timeout: 120_000,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vms-whep-'));
  t.after(() => rm(folder, { recursive: true }));
  const simulator = await startCameraSimulator({ cameras: [{ name: 'harbour', video: 'h264' }] });
  t.after(() => simulator.stop());
  const system = await RunningSystem.start();
  t.after(() => system.remove());
  await system.signIn();
  const camera = await system.addCamera({ name: 'Harbour', url: simulator.url('harbour') });
  const session = await waitFor('the camera to be watchable', async () => {
    const body = { camera_id: camera, viewer_id: 'gstreamer' };
    const opened = await system.call<Session>('POST', '/api/v1/streams', body);
    return opened.playable.webrtc.ok && opened;
  });

  const file = join(folder, 'received.h264');
  const url = `${system.url}${session.whep_url}`;
  const { stdout } = await run('/usr/bin/python3', [CLIENT, url, session.token, file, `${UNITS}`]);
  const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
    readonly units: number;
    readonly caps: string;
    readonly location: string;
  };
  assert.equal(told.units, UNITS);
  assert.match(told.caps, /width=\(int\)1280, height=\(int\)720/);
  // Its DELETE has ended the view: there is nothing more to delete.
  const again = await fetch(told.location, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${session.token}` },
  });
  assert.equal(again.status, 404);

  const numbers = await decodedNumbers(file);
  assert.ok(numbers.length >= UNITS - 1, `${numbers.length} of ${UNITS} decoded`);
  // Where a lost packet does not come again in time GStreamer asks for a keyframe, and gets the cached pictures.
  const follows = (number: number | undefined, before: number | undefined): boolean =>
    number !== undefined &&
    (number % GOP_FRAMES === 0 || number === ((before ?? Number.NaN) + 1) % CLIP_FRAMES);
  const broken = numbers.filter((number, at) => !follows(number, numbers[at - 1]));
  assert.deepEqual(broken, [], `${numbers}`);
  assert.ok(new Set(numbers).size > GOP_FRAMES, `${numbers}`);
});
