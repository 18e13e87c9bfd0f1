import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { MediaError } from '../errors.ts';
import { ffmpegComplaints } from '../testing/ffmpeg-complaints.ts';
import {
  encodeG711AsFlac,
  encodeStreamInfo,
  MAX_BLOCK_SAMPLES,
  MAX_CHANNELS,
  MAX_FIRST_SAMPLE,
} from './g711-to-flac.ts';

const FORMAT = { sampleRate: 8000, channels: 1 };

function ffmpeg(args: string[], input: Uint8Array): Buffer {
  const result = spawnSync('ffmpeg', ['-v', 'warning', ...args], { input });
  assert.equal(ffmpegComplaints(result.stderr.toString()), '');
  return result.stdout;
}

for (const [codec, format] of [
  ['pcma', 'alaw'],
  ['pcmu', 'mulaw'],
] as const) {
  for (const [sampleRate, channels] of [
    [8000, 1],
    [16_000, 2],
    [11_025, 1],
  ] as const) {
    test(`${codec} at ${sampleRate} Hz, ${channels} channel(s): ffmpeg decodes FLAC to the same samples`, () => {
      // Every one of the 256 bytes, in blocks of different sizes.
      const bytes = Uint8Array.from({ length: 1024 * channels }, (_, i) => i % 256);
      const blocks = [0, 160, 176, 500, 1024].map((sample) => sample * channels);
      const info = encodeStreamInfo({ sampleRate, channels });
      const frames = blocks.slice(1).map((end, index) => {
        const start = blocks[index] ?? 0;
        const payload = bytes.subarray(start, end);
        return encodeG711AsFlac({
          codec,
          payload,
          sampleRate,
          channels,
          firstSample: start / channels,
        });
      });
      // A FLAC file: "fLaC", the STREAMINFO as last metadata block, frames.
      const file = Buffer.concat([
        Buffer.from('fLaC'),
        Uint8Array.of(0x80, 0, 0, 34),
        info,
        ...frames,
      ]);
      const raw = ['-ar', `${sampleRate}`, '-ac', `${channels}`];
      const ours = ffmpeg(
        ['-err_detect', 'crccheck+explode', '-f', 'flac', '-i', '-', '-f', 's16le', '-'],
        file,
      );
      const theirs = ffmpeg(['-f', format, ...raw, '-i', '-', '-f', 's16le', '-'], bytes);
      assert.equal(ours.length, 2 * bytes.length);
      assert.deepEqual(ours, theirs);
    });
  }
}

test('a frame byte for byte', () => {
  // Part of what a browser caches under a stateless name: may change, but never by accident.
  const frame = encodeG711AsFlac({
    codec: 'pcmu',
    payload: Uint8Array.of(0xff, 0x00),
    ...FORMAT,
    firstSample: 0x80,
  });
  assert.equal(
    Buffer.from(frame).toString('hex'),
    // Sync and variable blocks; 16-bit block size, 8 kHz; mono, 16 bits; sample 0x80; 2 - 1; CRC-8;
    'fff9' +
      '74' +
      '08' +
      'c280' +
      '0001' +
      'b7' +
      // verbatim; µ-law 0xff is 0 and 0x00 is -32124; CRC-16.
      '02' +
      '0000' +
      '8284' +
      '710e',
  );
});

test('the number of the first sample reaches 36 bits', () => {
  for (const firstSample of [
    0,
    0x7f,
    0x80,
    0x7ff,
    0x800,
    0xffff,
    0x10000,
    0x1fffff,
    0x200000,
    2 ** 31 - 1,
    2 ** 31,
    MAX_FIRST_SAMPLE,
  ]) {
    const frame = encodeG711AsFlac({
      codec: 'pcma',
      payload: new Uint8Array(16),
      ...FORMAT,
      firstSample,
    });
    assert.equal(decodeNumber(frame.subarray(4)), firstSample);
  }
  for (const firstSample of [-1, 0.5, MAX_FIRST_SAMPLE + 1]) {
    assert.throws(
      () =>
        encodeG711AsFlac({ codec: 'pcma', payload: new Uint8Array(16), ...FORMAT, firstSample }),
      outOfRange,
    );
  }
});

test('blocks and formats beyond FLAC are refused', () => {
  const block = { codec: 'pcma', firstSample: 0 } as const;
  encodeG711AsFlac({ ...block, ...FORMAT, payload: new Uint8Array(MAX_BLOCK_SAMPLES) });
  for (const length of [0, MAX_BLOCK_SAMPLES + 1]) {
    assert.throws(
      () => encodeG711AsFlac({ ...block, ...FORMAT, payload: new Uint8Array(length) }),
      outOfRange,
    );
  }
  assert.throws(
    () => encodeG711AsFlac({ ...block, sampleRate: 8000, channels: 2, payload: new Uint8Array(3) }),
    outOfRange,
  );
  assert.throws(() => encodeStreamInfo({ sampleRate: 65_536, channels: 1 }), outOfRange);
  assert.throws(
    () => encodeStreamInfo({ sampleRate: 8000, channels: MAX_CHANNELS + 1 }),
    outOfRange,
  );
});

/** The scheme of RFC 9639 §9.1.5, written the other way round. */
function decodeNumber(bytes: Uint8Array): number {
  const first = bytes[0] ?? 0;
  const length = Math.clz32(~(first << 24)) || 1;
  let value = length === 1 ? first : first & (0x7f >> length);
  for (let i = 1; i < length; i++) value = value * 64 + ((bytes[i] ?? 0) & 0x3f);
  return value;
}

function outOfRange(error: unknown): boolean {
  return error instanceof MediaError && error.code === 'media.out-of-range';
}
