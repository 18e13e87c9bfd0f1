import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { matroska } from '../../../test/fuzz/targets/matroska.ts';
import {
  type Clip,
  interleave,
  makeAacClip,
  makeG711Clip,
  makeVideoClip,
} from '../../../test/media/clip.ts';
import { muxClips } from '../../../test/media/recording.ts';
import { MediaError } from '../errors.ts';
import { ffmpegComplaints } from '../testing/ffmpeg-complaints.ts';
import {
  MAX_BLOCKS_PER_CLUSTER,
  MAX_HEADER_BYTES,
  MAX_TAGS,
  parseCluster,
  parseHeader,
} from './demuxer.ts';
import {
  encodeCluster,
  encodeHeader,
  encodeTrailer,
  MAX_BLOCK_RELATIVE_TICKS,
  MAX_TRACKS,
} from './muxer.ts';

const execute = promisify(execFile);
const DATE = Date.UTC(2026, 0, 2, 3, 4, 5, 678) + 0.125;
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vms-matroska-'));
});
after(() => rm(folder, { recursive: true }));

const cases: { name: string; clips: () => Promise<Clip>[] }[] = [
  {
    name: 'H.264 with B-frames and AAC',
    clips: () => [
      makeVideoClip({ codec: 'h264', seconds: 4, bFrames: 2 }),
      makeAacClip({ seconds: 4 }),
    ],
  },
  {
    name: 'H.265 and A-law',
    clips: () => [
      makeVideoClip({ codec: 'h265', seconds: 4 }),
      makeG711Clip({ codec: 'pcma', seconds: 4 }),
    ],
  },
  {
    name: 'H.264 and µ-law',
    clips: () => [
      makeVideoClip({ codec: 'h264', seconds: 4 }),
      makeG711Clip({ codec: 'pcmu', seconds: 4 }),
    ],
  },
];

for (const { name, clips } of cases) {
  test(`${name}: independent readers find every frame, closed or not, without a warning`, async () => {
    const made = await Promise.all(clips());
    const file = muxClips(made, DATE);
    for (const [state, bytes] of [
      ['closed', file.closed],
      ['unclosed', file.unclosed],
    ] as const) {
      const path = join(folder, `${state}.mkv`);
      await writeFile(path, bytes);
      const decoded = await execute('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-']);
      assert.equal(ffmpegComplaints(decoded.stderr), '', `ffmpeg on the ${state} file`);
      const probe = await execute('ffprobe', [
        ...['-v', 'warning', '-count_packets', '-show_entries'],
        ...['stream=codec_name,nb_read_packets', '-of', 'json', path],
      ]);
      assert.equal(probe.stderr, '');
      const { streams } = JSON.parse(probe.stdout);
      const expected = made.map((clip) => String(clip.frames.length));
      assert.deepEqual(
        streams.map((stream: { nb_read_packets: string }) => stream.nb_read_packets),
        expected,
      );
      const info = await execute('mkvinfo', ['--all', path]);
      assert.equal(info.stderr, '');
      assert.doesNotMatch(info.stdout, /warning|error|unknown element/i);
    }
  });

  test(`${name}: the demuxer gives back what went in`, async () => {
    const made = await Promise.all(clips());
    const file = muxClips(made, DATE);
    for (const bytes of [file.closed, file.unclosed]) {
      const header = parseHeader(bytes);
      assert.deepEqual(
        header.tracks.map(plain),
        made.map((clip) => plain(clip.config)),
      );
      assert.equal(header.dateUtc, DATE);
      assert.equal(header.tags.VMS_STREAM, 'main');
      assert.equal(header.closed, bytes === file.closed);
      const { bytes: _, ...layout } = file.header;
      assert.deepEqual(header.layout, layout);
      const frames = interleave(made);
      let at = header.layout.headerBytes;
      let seen = 0;
      while (at < file.unclosed.length) {
        const cluster = parseCluster(bytes, at);
        for (const block of cluster.blocks) {
          const { track, frame } = frames[seen++] ?? assert.fail('more blocks than frames');
          assert.equal(block.track, track);
          assert.equal(cluster.timestamp + block.relative, Math.round(frame.ptsMs * 10));
          assert.equal(block.keyframe, frame.keyframe);
          assert.deepEqual(Buffer.from(block.payload), Buffer.from(frame.payload));
        }
        at = cluster.end;
      }
      assert.equal(seen, frames.length);
    }
  });
}

function plain(config: Clip['config']): object {
  return { ...config, record: Buffer.from(config.record).toString('hex') };
}

const TONE = {
  kind: 'audio',
  codec: 'pcma',
  sampleRate: 8000,
  channels: 1,
  record: new Uint8Array(0),
  codecString: 'pcma',
} as const;

test('a seek with the Cues of a closed file lands on the keyframe', async () => {
  const clip = await makeVideoClip({ codec: 'h264', seconds: 8 });
  const path = join(folder, 'seek.mkv');
  await writeFile(path, muxClips([clip], DATE).closed);
  const { stdout } = await execute('ffprobe', [
    ...['-v', 'warning', '-read_intervals', '5%+#1', '-show_entries', 'packet=pts_time,flags'],
    ...['-of', 'csv=p=0', path],
  ]);
  assert.match(stdout, /^4\.000000,K/);
});

test('a header byte for byte', () => {
  // These bytes are at rest in archives: they may change only with the format's version.
  const header = encodeHeader({
    tracks: [TONE],
    dateUtc: Date.UTC(2026, 0, 1),
    segmentUid: new Uint8Array(16).fill(1),
    tags: { A: 'b' },
    writingApp: 'vms',
  });
  const hex = Buffer.from(header.bytes).toString('hex');
  assert.equal(
    hex,
    [
      // EBML header; Segment of unknown size; Void for the SeekHead.
      '1a45dfa3a3' + '42868101' + '42f78101' + '42f28104' + '42f38108',
      '4282886d6174726f736b61' + '42878104' + '42858102',
      '1853806701ffffffffffffff',
      `ecf6${'00'.repeat(118)}`,
      // Info: SegmentUUID, TimestampScale 100000, DateUTC, apps, Void for the Duration.
      `1549a966bc73a490${'01'.repeat(16)}2ad7b1830186a0`,
      '4461880af2cd1adcc50000' + '4d8083766d73' + '574183766d73',
      `ec89${'00'.repeat(9)}`,
      // Tracks: number, UID, type audio, no lacing, "und", A_MS/ACM, WAVEFORMATEX, Audio.
      '1654ae6bc8' + 'aec6' + 'd78101' + '73c58101' + '838102' + '9c8100' + '22b59c83756e64',
      '8688415f4d532f41434d' + '63a292' + '06000100401f0000401f0000010008000000',
      'e191' + 'b58840bf400000000000' + '9f8101' + '62648108',
      // Tags: Targets empty, SimpleTag A = b.
      '1254c36797' + '737394' + '63c080' + '67c88e' + '45a38141' + '447a83756e64' + '44878162',
    ].join(''),
  );
  assert.equal(header.headerBytes, header.bytes.length);
});

test('a cluster byte for byte, payloads by reference', () => {
  const payload = Uint8Array.of(0xaa, 0xbb);
  const cluster = encodeCluster({
    timestamp: 0x1234,
    blocks: [
      { track: 1, relative: 0, keyframe: true, payload },
      { track: 2, relative: -1, keyframe: false, payload },
    ],
  });
  assert.equal(
    Buffer.concat(cluster.iovecs).toString('hex'),
    [
      '1f43b675',
      '1000001a',
      'e7821234',
      'a310000006',
      '810000',
      '80aabb',
      'a310000006',
      '82ffff',
      '00aabb',
    ].join(''),
  );
  assert.equal(cluster.bytes, Buffer.concat(cluster.iovecs).length);
  assert.equal(cluster.iovecs[1], payload, 'not a copy');
});

test('bounds of what a cluster and a header can carry', () => {
  const payload = new Uint8Array(1);
  const block = (relative: number, track = 1) => ({ track, relative, keyframe: true, payload });
  encodeCluster({ timestamp: 0, blocks: [block(MAX_BLOCK_RELATIVE_TICKS), block(-32_768)] });
  for (const bad of [
    block(MAX_BLOCK_RELATIVE_TICKS + 1),
    block(-32_769),
    block(0.5),
    block(0, 0),
    block(0, MAX_TRACKS + 1),
  ]) {
    assert.throws(
      () => encodeCluster({ timestamp: 0, blocks: [bad] }),
      refused('media.out-of-range'),
    );
  }
  assert.throws(
    () => encodeCluster({ timestamp: -1, blocks: [block(0)] }),
    refused('media.out-of-range'),
  );
  assert.throws(() => encodeCluster({ timestamp: 0, blocks: [] }), refused('media.out-of-range'));
  const header = { dateUtc: 0, segmentUid: new Uint8Array(16), tags: {}, writingApp: 'vms' };
  assert.throws(() => encodeHeader({ ...header, tracks: [] }), refused('media.out-of-range'));
  const many = Array.from({ length: MAX_TRACKS + 1 }, () => TONE);
  assert.throws(() => encodeHeader({ ...header, tracks: many }), refused('media.out-of-range'));
});

test('a cut anywhere in the header is "truncated", never something else', () => {
  const header = encodeHeader({
    tracks: [TONE],
    dateUtc: DATE,
    segmentUid: new Uint8Array(16),
    tags: { A: 'b' },
    writingApp: 'vms',
  });
  for (let length = 0; length < header.bytes.length; length++) {
    assert.throws(
      () => parseHeader(header.bytes.subarray(0, length)),
      refused('media.truncated'),
      `cut at ${length}`,
    );
  }
  assert.equal(parseHeader(header.bytes).layout.headerBytes, header.bytes.length);
});

test('a cut anywhere in a cluster is "truncated"', () => {
  const { iovecs } = encodeCluster({
    timestamp: 5,
    blocks: [{ track: 1, relative: 0, keyframe: true, payload: new Uint8Array(9) }],
  });
  const bytes = Buffer.concat(iovecs);
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(
      () => parseCluster(bytes.subarray(0, length), 0),
      refused('media.truncated'),
      `cut at ${length}`,
    );
  }
});

test('the demuxer bounds what a file may make it hold', () => {
  const tagged = (count: number) =>
    encodeHeader({
      tracks: [TONE],
      dateUtc: DATE,
      segmentUid: new Uint8Array(16),
      tags: Object.fromEntries(Array.from({ length: count }, (_, i) => [`T${i}`, ''])),
      writingApp: 'vms',
    }).bytes;
  assert.equal(Object.keys(parseHeader(tagged(MAX_TAGS)).tags).length, MAX_TAGS);
  assert.throws(() => parseHeader(tagged(MAX_TAGS + 1)), refused('media.matroska'));

  const payload = new Uint8Array(0);
  const block = { track: 1, relative: 0, keyframe: true, payload };
  const cluster = (count: number) =>
    Buffer.concat(encodeCluster({ timestamp: 0, blocks: Array(count).fill(block) }).iovecs);
  const most = parseCluster(cluster(MAX_BLOCKS_PER_CLUSTER), 0);
  assert.equal(most.blocks.length, MAX_BLOCKS_PER_CLUSTER);
  assert.throws(
    () => parseCluster(cluster(MAX_BLOCKS_PER_CLUSTER + 1), 0),
    refused('media.matroska'),
  );

  const long = { tracks: [TONE], dateUtc: DATE, segmentUid: new Uint8Array(16), writingApp: 'vms' };
  const { bytes } = encodeHeader({ ...long, tags: { A: 'x'.repeat(MAX_HEADER_BYTES) } });
  assert.throws(() => parseHeader(bytes), refused('media.matroska'));
});

test('the seeds of the fuzzer are files that parse', () => {
  const [unclosed, closed, clusters] = matroska.seeds();
  assert.ok(unclosed !== undefined && closed !== undefined && clusters !== undefined);
  assert.equal(parseHeader(unclosed).tracks.length, 4);
  assert.equal(parseHeader(closed).closed, true);
  assert.equal(parseCluster(clusters, 0).blocks.length, 4);
});

test('closing twice gives the same bytes, so a half-closed file can be closed again', () => {
  const header = encodeHeader({
    tracks: [TONE],
    dateUtc: DATE,
    segmentUid: new Uint8Array(16),
    tags: {},
    writingApp: 'vms',
  });
  const cues = [{ time: 0, track: 1, clusterOffset: header.bytes.length }];
  const first = encodeTrailer({ layout: header, cues, duration: 10, fileBytes: 500 });
  const patched = Buffer.from(header.bytes);
  for (const patch of first.patches) patched.set(patch.bytes, patch.offset);
  const layout = parseHeader(patched).layout;
  assert.deepEqual(encodeTrailer({ layout, cues, duration: 10, fileBytes: 500 }), first);
});

function refused(code: string): (error: unknown) => boolean {
  return (error) => error instanceof MediaError && error.code === code;
}
