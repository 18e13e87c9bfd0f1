import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { CodecConfig } from '@vms/common/frame.ts';
import { type Clip, makeAacClip, makeG711Clip, makeVideoClip } from '../../../test/media/clip.ts';
import { MediaError } from '../errors.ts';
import { encodeG711AsFlac } from '../flac/g711-to-flac.ts';
import { encodeInitSegment } from './init-segment.ts';
import { encodeMediaFragment, type Mp4TrackFragment } from './media-fragment.ts';
import { sampleTimesOf } from './sample-times.ts';
import { mp4ConfigOf, timescaleOf } from './track.ts';

const execute = promisify(execFile);
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vms-isobmff-'));
});
after(() => rm(folder, { recursive: true }));

const cases: { name: string; codecs: string[]; clips: () => Promise<Clip>[] }[] = [
  {
    name: 'H.264 with B-frames and AAC',
    codecs: ['h264', 'aac'],
    clips: () => [
      makeVideoClip({ codec: 'h264', seconds: 8, bFrames: 2 }),
      makeAacClip({ seconds: 8, sampleRate: 44_100, channels: 2 }),
    ],
  },
  {
    name: 'H.265 with B-frames and A-law',
    codecs: ['hevc', 'flac'],
    clips: () => [
      makeVideoClip({ codec: 'h265', seconds: 8, bFrames: 3 }),
      makeG711Clip({ codec: 'pcma', seconds: 8 }),
    ],
  },
  {
    name: 'µ-law alone',
    codecs: ['flac'],
    clips: () => [makeG711Clip({ codec: 'pcmu', seconds: 8 })],
  },
];

for (const { name, codecs, clips } of cases) {
  // Beyond 2^32 ticks at 90 kHz, so that the 64-bit base is needed.
  const origin = 100_000_000;
  test(`${name}: ffmpeg decodes every frame at its time without a warning`, async () => {
    const made = await Promise.all(clips());
    const path = join(folder, 'file.mp4');
    await writeFile(path, fragmented(made, 4000, origin));
    const decoded = await execute('ffmpeg', [
      ...['-v', 'warning', '-i', path, '-map', '0', '-f', 'null', '-'],
    ]);
    assert.equal(decoded.stderr, '');
    const probe = await execute(
      'ffprobe',
      [...['-v', 'warning', '-show_packets', '-show_streams', '-of', 'json', path]],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    assert.equal(probe.stderr, '');
    const found = JSON.parse(probe.stdout) as {
      streams: { codec_name: string }[];
      packets: { stream_index: number; pts_time: string; flags: string }[];
    };
    assert.deepEqual(
      found.streams.map((stream) => stream.codec_name),
      codecs,
    );
    made.forEach((clip, index) => {
      const packets = found.packets.filter((packet) => packet.stream_index === index);
      assert.equal(packets.length, clip.frames.length);
      clip.frames.forEach((frame, at) => {
        const packet = packets[at] ?? assert.fail('a packet is missing');
        const pts = Number(packet.pts_time) * 1000 - origin;
        assert.ok(Math.abs(pts - frame.ptsMs) < 0.1, `${pts} instead of ${frame.ptsMs}`);
        assert.equal(packet.flags.startsWith('K'), frame.keyframe);
      });
    });
  });
}

test('the samples of A-law arrive bit for bit', async () => {
  const clip = await makeG711Clip({ codec: 'pcma', seconds: 1 });
  const path = join(folder, 'flac.mp4');
  await writeFile(path, fragmented([clip], 500, 0));
  const options = { encoding: 'buffer', maxBuffer: 1e7 } as const;
  const ours = await execute('ffmpeg', ['-v', 'warning', '-i', path, '-f', 's16le', '-'], options);
  const raw = join(folder, 'raw.al');
  await writeFile(raw, Buffer.concat(clip.frames.map((frame) => frame.payload)));
  const theirs = await execute(
    'ffmpeg',
    ['-v', 'error', '-f', 'alaw', '-ar', '8000', '-ac', '1', '-i', raw, '-f', 's16le', '-'],
    options,
  );
  assert.deepEqual(ours.stdout, theirs.stdout);
});

test('decode times are the sorted presentation times less the delay of reordering, and rows join', () => {
  // I0 P3 B1 B2 | I4: the classic order of two B-frames.
  const times = sampleTimesOf([0, 300, 100, 200], 400);
  assert.deepEqual(times, {
    baseMediaDecodeTime: -100,
    samples: [
      { duration: 100, compositionOffset: 100 },
      { duration: 100, compositionOffset: 300 },
      { duration: 100, compositionOffset: 0 },
      { duration: 100, compositionOffset: 0 },
    ],
  });
  // An end before the last frame (a clock that was corrected) gives no negative duration.
  assert.deepEqual(
    sampleTimesOf([0, 100], 50).samples.map((sample) => sample.duration),
    [100, 0],
  );
});

test('a fragment byte for byte', () => {
  // A player that has cached half of a segment under its stateless name must get the other half alike.
  const payload = Uint8Array.of(0xaa, 0xbb, 0xcc);
  const { iovecs, bytes } = encodeMediaFragment({
    sequence: 7,
    tracks: [
      {
        trackId: 1,
        baseMediaDecodeTime: 0x1_0000_0002,
        samples: [
          { duration: 3000, compositionOffset: 0, keyframe: true, payload },
          { duration: 3000, compositionOffset: -1, keyframe: false, payload },
        ],
      },
    ],
  });
  const all = Buffer.concat(iovecs);
  assert.equal(all.length, bytes);
  assert.equal(iovecs[1], payload, 'not a copy');
  assert.equal(
    all.toString('hex'),
    [
      `00000078${text('moof')}`,
      `00000010${text('mfhd')}0000000000000007`,
      `00000060${text('traf')}`,
      `00000010${text('tfhd')}0002000000000001`,
      `00000014${text('tfdt')}010000000000000100000002`,
      `00000034${text('trun')}01000f010000000200000080`,
      '00000bb8' + '00000003' + '02000000' + '00000000',
      '00000bb8' + '00000003' + '01010000' + 'ffffffff',
      `0000000e${text('mdat')}aabbccaabbcc`,
    ].join(''),
  );
});

test('what an fMP4 stream cannot carry is refused', () => {
  assert.throws(() => encodeInitSegment([]), outOfRange);
  const sample = { duration: 1, compositionOffset: 0, keyframe: true, payload: new Uint8Array(1) };
  const encode = (track: Partial<Mp4TrackFragment>) =>
    encodeMediaFragment({
      sequence: 1,
      tracks: [{ trackId: 1, baseMediaDecodeTime: 0, samples: [sample], ...track }],
    });
  encode({});
  assert.throws(() => encode({ samples: [] }), outOfRange);
  assert.throws(() => encode({ baseMediaDecodeTime: -1 }), outOfRange);
  assert.throws(() => encode({ baseMediaDecodeTime: 0.5 }), outOfRange);
  assert.throws(() => encode({ samples: [{ ...sample, duration: -1 }] }), outOfRange);
  assert.throws(() => encodeMediaFragment({ sequence: 1, tracks: [] }), outOfRange);
});

/** Init segment and fragments of `everyMs`, as playback makes them. */
function fragmented(clips: readonly Clip[], everyMs: number, originMs: number): Buffer {
  const tracks = clips.map((clip, index) => {
    const config = mp4ConfigOf(clip.config);
    return { id: index + 1, config, timescale: timescaleOf(config) };
  });
  const parts: Uint8Array[] = [encodeInitSegment(tracks)];
  const end = Math.max(...clips.flatMap((clip) => clip.frames.map((frame) => frame.dtsMs)));
  for (let from = 0, sequence = 1; from <= end; from += everyMs, sequence++) {
    const fragments = clips.flatMap((clip, index) => {
      const timescale = tracks[index]?.timescale ?? 1;
      const ticks = (ms: number): number => Math.round(((originMs + ms) * timescale) / 1000);
      // Two GOPs of 2 s, in decode order: leading pictures belong to the keyframe before them.
      const starts = clip.frames.flatMap((frame, at) =>
        frame.keyframe && frame.ptsMs >= from - 0.01 ? [at] : [],
      );
      const first = starts[0] ?? clip.frames.length;
      const after = starts.find((at) => (clip.frames[at]?.ptsMs ?? 0) >= from + everyMs - 0.01);
      const frames = clip.frames.slice(first, after);
      if (frames.length === 0) return [];
      const rest = clip.frames.slice(after ?? clip.frames.length).map((frame) => frame.ptsMs);
      const stop = rest.length > 0 ? Math.min(...rest) : from + everyMs;
      const times = sampleTimesOf(
        frames.map((frame) => ticks(frame.ptsMs)),
        ticks(stop),
      );
      const samples = frames.map((frame, at) => ({
        ...(times.samples[at] ?? assert.fail('a time is missing')),
        keyframe: frame.keyframe,
        payload: playable(clip.config, frame.payload, ticks(frame.ptsMs)),
      }));
      return [{ trackId: index + 1, baseMediaDecodeTime: times.baseMediaDecodeTime, samples }];
    });
    parts.push(...encodeMediaFragment({ sequence, tracks: fragments }).iovecs);
  }
  return Buffer.concat(parts);
}

function playable(config: CodecConfig, payload: Uint8Array, firstSample: number): Uint8Array {
  if (config.codec !== 'pcma' && config.codec !== 'pcmu') return payload;
  const { codec, sampleRate, channels } = config;
  return encodeG711AsFlac({
    codec,
    sampleRate,
    channels,
    payload,
    firstSample: firstSample % 2 ** 36,
  });
}

function text(type: string): string {
  return Buffer.from(type, 'latin1').toString('hex');
}

function outOfRange(error: unknown): boolean {
  return error instanceof MediaError && error.code === 'media.out-of-range';
}
