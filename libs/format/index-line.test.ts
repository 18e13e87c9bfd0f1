import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraId } from '@vms/common/ids.ts';
import { FORMAT_VERSION } from './format-version.ts';
import {
  columnOf,
  encodeClosingLine,
  encodeFragmentLine,
  encodeIndexHeader,
  type FragmentLine,
  type IndexHeader,
  isKeyframeLine,
  LINE_BYTES,
  MAX_HEADER_LINES,
  parseIndexHeader,
  parseIndexLine,
} from './index-line.ts';

const hash = 'ab'.repeat(32);
const line: FragmentLine = {
  wallClock: 1_792_900_800_123.4,
  duration: 480.1,
  offset: 1_234_567,
  length: 250_000,
  frames: 25,
  keyframe: true,
  track: 1,
  durable: 1_000_000,
  hash,
};
const header: IndexHeader = {
  camera: 'cam_abcdefgh23456777' as CameraId,
  stream: 'main',
  fileNumber: 7,
  bootId: 'b2f0c1de-0000-4000-8000-000000000000',
  segmentUid: '00112233445566778899aabbccddeeff',
  dateUtc: 1_792_900_800_000,
  tracks: [{ number: 1, codec: 'h264', codecString: 'avc1.64001f', width: 1920, height: 1080 }],
  previousHash: '00'.repeat(32),
  headerBytes: 700,
  patched: { segmentSize: 40, seekHead: 48, duration: 300 },
  hash,
};

test('a fragment line is LINE_BYTES of JSON and reads back', () => {
  for (const keyframe of [true, false]) {
    const bytes = Buffer.from(encodeFragmentLine({ ...line, keyframe }));
    assert.equal(bytes.length, LINE_BYTES);
    assert.equal(bytes.at(-1), 0x0a);
    assert.deepEqual(JSON.parse(bytes.toString()), { ...line, keyframe });
    assert.deepEqual(parseIndexLine(bytes, 0), { kind: 'fragment', ...line, keyframe });
    assert.equal(isKeyframeLine(bytes, 0), keyframe);
    for (const name of ['offset', 'length', 'frames', 'track', 'durable'] as const) {
      assert.equal(columnOf(bytes, 0, name), line[name]);
    }
    for (const name of ['wallClock', 'duration'] as const) {
      assert.equal(columnOf(bytes, 0, name), Math.round(line[name] * 10));
    }
  }
});

test('the largest values fit, one beyond is refused', () => {
  const largest = {
    ...line,
    wallClock: 253_402_300_799_999.9,
    duration: 3276.7,
    offset: 9_999_999_999_999,
    length: 999_999_999,
    frames: 999_999,
    track: 16,
    durable: 9_999_999_999_999,
  };
  assert.equal(encodeFragmentLine(largest).length, LINE_BYTES);
  assert.throws(() => encodeFragmentLine({ ...line, frames: 1_000_000 }), {
    code: 'format.out-of-range',
  });
  assert.throws(() => encodeFragmentLine({ ...line, offset: -1 }), { code: 'format.out-of-range' });
});

test('a line of which any byte is missing or torn off is no line', () => {
  const bytes = Buffer.from(encodeFragmentLine(line));
  for (let cut = 0; cut < LINE_BYTES; cut++) {
    const torn = Buffer.from(bytes);
    torn.fill(0, cut);
    assert.equal(parseIndexLine(torn, 0), undefined, `cut at ${cut}`);
    assert.equal(parseIndexLine(bytes.subarray(0, cut), 0), undefined, `ends at ${cut}`);
  }
});

test('the header takes a multiple of LINE_BYTES and reads back', () => {
  const bytes = encodeIndexHeader(header);
  assert.equal(bytes.length % LINE_BYTES, 0);
  const parsed = parseIndexHeader(Buffer.concat([bytes, Buffer.from(encodeFragmentLine(line))]));
  assert.equal(parsed?.bytes, bytes.length);
  assert.deepEqual(parsed?.header, { format: 'vms-run', version: FORMAT_VERSION, ...header });
  assert.equal(parseIndexHeader(bytes.subarray(0, bytes.length - 1)), undefined);
  const track = header.tracks[0];
  assert.ok(track);
  assert.throws(
    () => encodeIndexHeader({ ...header, tracks: Array(MAX_HEADER_LINES * 4).fill(track) }),
    { code: 'format.out-of-range' },
  );
});

test('a header of a newer version is refused with words that say so', () => {
  const text = encodeIndexHeader(header).toString();
  const newer = Buffer.from(
    text.replace(`"version":${FORMAT_VERSION}`, `"version":${FORMAT_VERSION + 1}`),
  );
  assert.throws(() => parseIndexHeader(newer), {
    code: 'format.newer-version',
    message: /newer version.*not touched/,
  });
});

test('a closing line reads back, and tells itself from a fragment', () => {
  const closing = {
    cause: 'hour' as const,
    wallClock: 1_792_900_900_000.5,
    offset: 5_000_000,
    length: 600,
    fragments: 20,
    frames: 500,
    hash,
  };
  const bytes = encodeClosingLine(closing);
  assert.equal(bytes.length, LINE_BYTES);
  assert.deepEqual(parseIndexLine(bytes, 0), { kind: 'closing', closed: true, ...closing });
});
