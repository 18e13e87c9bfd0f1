import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeVideoClip, type VideoClipOptions } from '../../test/media/clip.ts';
import { decode } from '../../test/media/decode.ts';
import { BitWriter } from './bit-writer.ts';
import { Join } from './join.ts';
import { joinLengthPrefixed, nalOf } from './nal.ts';
import { countsForRecovery, type RandomAccess, randomAccessOf } from './random-access.ts';
import { MAX_RECOVERY_COUNT } from './recovery-point.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** An encoder's streams; `lead` counts its leading pictures, which joining has to leave out. */
const STREAMS: readonly (Pick<VideoClipOptions, 'codec' | 'access' | 'bFrames' | 'slices'> & {
  readonly later: RandomAccess['kind'];
  readonly lead: number;
})[] = [
  { codec: 'h264', access: 'closed', bFrames: 3, slices: 4, later: 'closed', lead: 0 },
  { codec: 'h264', access: 'open', bFrames: 3, later: 'open', lead: 3 },
  { codec: 'h264', access: 'gradual', bFrames: 0, slices: 3, later: 'gradual', lead: 0 },
  { codec: 'h265', access: 'closed', bFrames: 3, later: 'closed', lead: 0 },
  { codec: 'h265', access: 'open', bFrames: 0, later: 'open', lead: 0 },
  { codec: 'h265', access: 'open', bFrames: 3, later: 'open', lead: 3 },
];

for (const { later, lead, ...options } of STREAMS) {
  const { codec, access, bFrames } = options;
  test(`${codec}, ${access} groups, ${bFrames} B-frames: from each point decoding is right`, async () => {
    const clip = await makeVideoClip({ ...options, seconds: 4, gopFrames: 12 });
    assert.ok(clip.config.kind === 'video');
    const points = clip.frames.flatMap(({ payload }, index) => {
      const found = randomAccessOf(codec, payload);
      return found === undefined ? [] : [{ index, found }];
    });
    const flagged = clip.frames.flatMap(({ keyframe }, index) => (keyframe ? [index] : []));
    assert.deepEqual(
      points.map(({ index }) => index),
      flagged,
      'the points that ffprobe finds',
    );
    assert.equal(points[0]?.found.kind, 'closed');
    assert.ok(points.length >= 3 && points.slice(1).every(({ found }) => found.kind === later));
    const whole = await decode(
      clip.config,
      clip.frames.map(({ payload }) => payload),
    );
    assert.equal(whole.pictures.length, clip.frames.length);
    for (const { index, found } of points.slice(1, 3)) {
      const joined = clip.frames.slice(index);
      const join = new Join();
      const kept = joined.filter(({ payload, ptsMs: time }, at) => {
        const picture = { codec, payload, time };
        if (at === 0) join.begin(picture);
        return at === 0 || !join.skips(picture);
      });
      assert.equal(joined.length - kept.length, lead);
      const { pictures, complaints } = await decode(
        clip.config,
        kept.map(({ payload }) => payload),
      );
      assert.equal(complaints, '');
      const hidden = found.kind === 'gradual' ? found.pictures : 0;
      assert.equal(pictures.length, kept.length - hidden, 'shown');
      assert.deepEqual(pictures, whole.pictures.slice(-pictures.length));
    }
  });
}

/** An SEI NAL unit of messages: payloadType and payload. */
function sei(codec: 'h264' | 'h265', ...messages: [number, Uint8Array][]): Uint8Array {
  const body = messages.flatMap(([type, payload]) => {
    const coded = (value: number): number[] => [
      ...new Array<number>(Math.floor(value / 255)).fill(255),
      value % 255,
    ];
    return [...coded(type), ...coded(payload.length), ...payload];
  });
  return nalOf(codec === 'h264' ? [0x06] : [0x4e, 0x01], Uint8Array.of(...body, 0x80));
}

/** recovery_point( ): the count, exact_match_flag, broken_link_flag, changing_slice_group_idc. */
function recovery(codec: 'h264' | 'h265', count: number): Uint8Array {
  const bits = new BitWriter();
  if (codec === 'h264') bits.ue(count);
  else bits.se(count);
  return bits.bits(1, 1).bits(0, 1).bits(0, 2).trailing().bytes();
}

const P_SLICE = bytes('419a00');
const TRAIL = bytes('0201d009');

test('a recovery point is found behind other messages, long ones and prevented emulations', () => {
  const long: [number, Uint8Array] = [5, new Uint8Array(700)];
  const picture = (nal: Uint8Array): Uint8Array =>
    joinLengthPrefixed([sei('h264', [1, bytes('20')]), nal, P_SLICE]);
  const of = (nal: Uint8Array): RandomAccess | undefined => randomAccessOf('h264', picture(nal));
  assert.deepEqual(of(sei('h264', long, [6, recovery('h264', 0)])), { kind: 'open' });
  assert.deepEqual(of(sei('h264', long, [6, recovery('h264', 29)])), {
    kind: 'gradual',
    pictures: 29,
  });
  assert.equal(of(sei('h264', long)), undefined);
  assert.equal(of(sei('h264', long).subarray(0, 400)), undefined, 'cut short');
  assert.equal(of(bytes('06')), undefined);
  assert.equal(of(bytes('060602')), undefined);
  assert.equal(of(bytes('0606ff')), undefined);
  for (const [count, found] of [
    [MAX_RECOVERY_COUNT, MAX_RECOVERY_COUNT],
    [MAX_RECOVERY_COUNT + 1, undefined],
  ] as const) {
    const access = of(sei('h264', [6, recovery('h264', count)]));
    assert.equal(access?.kind === 'gradual' ? access.pictures : undefined, found);
  }
});

test('H.265: recovery_poc_cnt is signed, and IRAP types count for what they are', () => {
  const of = (...nals: Uint8Array[]) => randomAccessOf('h265', joinLengthPrefixed(nals));
  const count = (value: number): Uint8Array => sei('h265', [6, recovery('h265', value)]);
  assert.deepEqual(of(count(20), TRAIL), { kind: 'gradual', pictures: 20 });
  assert.deepEqual(of(count(0), TRAIL), { kind: 'open' });
  assert.deepEqual(of(count(-3), TRAIL), { kind: 'open' });
  assert.equal(of(TRAIL), undefined);
  const kinds = [16, 17, 18, 19, 20, 21, 22, 23].map(
    (type) => of(Uint8Array.of(type << 1, 1, 0x80, 1))?.kind,
  );
  // BLA_W_LP, BLA_W_RADL, BLA_N_LP, IDR_W_RADL, IDR_N_LP, CRA, and two reserved types.
  assert.deepEqual(kinds, [
    ...['open', 'closed', 'closed', 'closed', 'closed', 'open'],
    ...[undefined, undefined],
  ]);
});

test('pictures that nothing refers to do not count for recovery in H.264', () => {
  assert.equal(countsForRecovery('h264', joinLengthPrefixed([P_SLICE])), true);
  assert.equal(countsForRecovery('h264', joinLengthPrefixed([bytes('019a00')])), false);
  assert.equal(countsForRecovery('h265', joinLengthPrefixed([bytes('0001d0')])), true);
});
