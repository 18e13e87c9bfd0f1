import assert from 'node:assert/strict';
import type { Frame, VideoCodec } from '@vms/common/frame.ts';
import { BitWriter } from '@vms/media/bit-writer.ts';
import { Join } from '@vms/media/join.ts';
import { joinLengthPrefixed, nalOf } from '@vms/media/nal.ts';
import { randomAccessOf } from '@vms/media/random-access.ts';
import { MAX_RECOVERY_COUNT } from '@vms/media/recovery-point.ts';
import { MAX_FOLLOWED_POINTS, StartPoints } from '@vms/media/start-points.ts';
import { syntheticFrame } from '../../../libs/medialink/testing/synthetic-frames.ts';
import type { TargetBound } from '../fuzz-target.ts';

const SLICE = Uint8Array.of(0x41, 0x9a, 0);

/** SEI with a recovery point so many frames before the picture is whole, and a slice. */
function gradual(count: number): Uint8Array {
  const message = new BitWriter().ue(count).bits(4, 4).trailing().bytes();
  const body = Uint8Array.of(6, message.length, ...message, 0x80);
  return joinLengthPrefixed([nalOf([0x06], body), SLICE]);
}

/** `{length (4)  payload of an access unit}  …`, which is a row of NAL units as well. */
function seeds(): Uint8Array[] {
  const cra = joinLengthPrefixed([Uint8Array.of(21 << 1, 1, 0x80), Uint8Array.of(8 << 1, 1, 0x80)]);
  return [
    joinLengthPrefixed([gradual(3), joinLengthPrefixed([SLICE]), gradual(0)]),
    gradual(9),
    cra,
  ];
}

const bounds: readonly TargetBound[] = [
  { name: 'MAX_RECOVERY_COUNT', bound: MAX_RECOVERY_COUNT, input: gradual },
  {
    name: 'MAX_FOLLOWED_POINTS',
    bound: MAX_FOLLOWED_POINTS,
    input: (count) => joinLengthPrefixed(Array.from({ length: count }, () => gradual(60_000))),
  },
];

function run(input: Uint8Array): void {
  for (const codec of ['h264', 'h265'] as const) {
    const access = randomAccessOf(codec, input);
    if (access?.kind === 'gradual') {
      assert.ok(access.pictures > 0 && access.pictures <= MAX_RECOVERY_COUNT);
    }
    follow(codec, input);
  }
}

/** The pieces of an input as pictures of a stream. */
function follow(codec: VideoCodec, input: Uint8Array): void {
  const points = new StartPoints();
  const join = new Join();
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let position = 0;
  for (let at = 0; at + 4 <= input.length; position++) {
    const end = Math.min(input.length, at + 4 + view.getUint32(at));
    const payload = input.subarray(at + 4, end);
    const time = payload.length;
    if (position === 0) join.begin({ codec, payload, time });
    else join.skips({ codec, payload, time });
    const keyframe = randomAccessOf(codec, payload) !== undefined;
    const frame: Frame = { ...syntheticFrame(position), payload, keyframe };
    points.add({ ...frame, config: { ...frame.config, codec } as Frame['config'] }, position);
    assert.ok(points.start === undefined || points.start <= position);
    at = end;
  }
  let followed = 0;
  while (points.skip()) followed++;
  assert.ok(followed <= MAX_FOLLOWED_POINTS);
}

/** Recovery points, the kinds of random access points, and what is made of them. */
export const randomAccess = { name: 'random-access', seeds, bounds, run };
