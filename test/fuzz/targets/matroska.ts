import assert from 'node:assert/strict';
import type { CodecConfig } from '@vms/common/frame.ts';
import { MediaError } from '@vms/media/errors.ts';
import {
  MAX_BLOCKS_PER_CLUSTER,
  MAX_HEADER_BYTES,
  MAX_TAGS,
  parseCluster,
  parseHeader,
} from '@vms/media/matroska/demuxer.ts';
import {
  encodeCluster,
  encodeHeader,
  encodeTrailer,
  MAX_BLOCK_RELATIVE_TICKS,
  MAX_TRACKS,
} from '@vms/media/matroska/muxer.ts';
import type { TargetBound } from '../fuzz-target.ts';

const TRACKS: readonly CodecConfig[] = [
  {
    kind: 'video',
    codec: 'h264',
    width: 1920,
    height: 1080,
    record: Uint8Array.of(1, 0x64, 0, 0x28, 0xff, 0xe1, 0, 1, 0x67, 1, 0, 1, 0x68),
    codecString: 'avc1.640028',
  },
  {
    kind: 'video',
    codec: 'h265',
    width: 640,
    height: 360,
    record: Uint8Array.of(1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93, ...new Uint8Array(10)),
    codecString: 'hvc1.1.6.L93.90',
  },
  {
    kind: 'audio',
    codec: 'aac',
    sampleRate: 16_000,
    channels: 1,
    record: Uint8Array.of(0x14, 0x08),
    codecString: 'mp4a.40.2',
  },
  {
    kind: 'audio',
    codec: 'pcma',
    sampleRate: 8000,
    channels: 1,
    record: new Uint8Array(0),
    codecString: 'pcma',
  },
];

/** Files as a writer leaves them: unclosed and closed, with every codec. */
function seeds(): Uint8Array[] {
  const header = encodeHeader({
    tracks: TRACKS,
    dateUtc: Date.UTC(2026, 0, 1),
    segmentUid: new Uint8Array(16).fill(1),
    tags: { VMS_CAMERA: 'cam_abcdefghijklmnop', VMS_STREAM: 'main' },
    writingApp: 'fuzz',
  });
  const clusters = [0, 5000].map((timestamp) =>
    encodeCluster({
      timestamp,
      blocks: TRACKS.map((_, index) => ({
        track: index + 1,
        relative: index * 100 - 50,
        keyframe: index !== 1,
        payload: new Uint8Array(10 * index + 1).fill(index),
      })),
    }),
  );
  const unclosed = Buffer.concat([header.bytes, ...clusters.flatMap((cluster) => cluster.iovecs)]);
  const cues = [{ time: 0, track: 1, clusterOffset: header.headerBytes }];
  const fileBytes = unclosed.length;
  const trailer = encodeTrailer({ layout: header, cues, duration: 6000, fileBytes });
  const closed = Buffer.concat([unclosed, trailer.bytes]);
  for (const patch of trailer.patches) closed.set(patch.bytes, patch.offset);
  return [unclosed, closed, unclosed.subarray(header.headerBytes)];
}

function headerWith(tracks: readonly CodecConfig[], tags: Readonly<Record<string, string>>) {
  return encodeHeader({
    tracks,
    dateUtc: 0,
    segmentUid: new Uint8Array(16),
    tags,
    writingApp: 'fuzz',
  }).bytes;
}

function clusterOf(count: number): Uint8Array {
  const payload = new Uint8Array(1);
  const block = { track: 1, relative: 0, keyframe: false, payload };
  const blocks = Array.from({ length: count }, () => block);
  return Buffer.concat(encodeCluster({ timestamp: 0, blocks }).iovecs);
}

/** A cluster whose only block lies so many ticks from it: 16 bits, as they are. */
function blockAt(ticks: number): Uint8Array {
  const bytes = Buffer.from(clusterOf(1));
  // Track number, then the relative time: the last five bytes are it, flags and payload.
  bytes.writeUInt16BE(ticks & 0xffff, bytes.length - 4);
  return bytes;
}

const bounds: readonly TargetBound[] = [
  {
    name: 'MAX_HEADER_BYTES',
    bound: MAX_HEADER_BYTES,
    input: (size) => {
      const least = headerWith(TRACKS, { X: '' }).length;
      return headerWith(TRACKS, { X: 'x'.repeat(Math.max(0, size - least)) });
    },
  },
  { name: 'MAX_BLOCKS_PER_CLUSTER', bound: MAX_BLOCKS_PER_CLUSTER, input: clusterOf },
  { name: 'MAX_BLOCK_RELATIVE_TICKS', bound: MAX_BLOCK_RELATIVE_TICKS, input: blockAt },
  {
    name: 'MAX_TAGS',
    bound: MAX_TAGS,
    input: (count) =>
      headerWith(
        TRACKS,
        Object.fromEntries(Array.from({ length: count }, (_, i) => [`T${i}`, ''])),
      ),
  },
  {
    name: 'MAX_TRACKS',
    bound: MAX_TRACKS,
    input: (track) => {
      const bytes = Buffer.from(clusterOf(1));
      bytes[bytes.length - 5] = 0x80 | (track & 0x7f);
      return bytes;
    },
  },
];

/** Whatever the bytes are: a result that lies within them, or a MediaError. */
function run(input: Uint8Array): void {
  let at = 0;
  attempt(() => {
    const { layout, tracks } = parseHeader(input);
    assert.ok(tracks.length >= 1 && tracks.length <= MAX_TRACKS);
    for (const place of Object.values(layout)) assert.ok(place >= 0 && place <= input.length);
    assert.ok(layout.headerBytes <= MAX_HEADER_BYTES);
    at = layout.headerBytes;
  });
  attempt(() => {
    while (at < input.length) {
      const cluster = parseCluster(input, at);
      assert.ok(cluster.end > at && cluster.end <= input.length);
      for (const block of cluster.blocks) {
        assert.ok(block.track >= 1 && block.track <= MAX_TRACKS);
        assert.ok(block.payload.buffer === input.buffer, 'a copy');
        const start = block.payload.byteOffset - input.byteOffset;
        assert.ok(start > at && start + block.payload.length <= cluster.end);
      }
      at = cluster.end;
    }
  });
}

function attempt(parse: () => void): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
  }
}

/** Matroska headers and clusters: what recovery and playback read from a disk. */
export const matroska = { name: 'matroska', seeds, bounds, run };
