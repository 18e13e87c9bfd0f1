import assert from 'node:assert/strict';
import { parseAdts, writeAdtsHeader } from '@vms/media/aac/adts.ts';
import { createAacConfig, parseAudioSpecificConfig } from '@vms/media/aac/audio-specific-config.ts';
import { decodePcma, decodePcmu } from '@vms/media/g711/g711.ts';
import { MAX_AAC_ACCESS_UNIT_BYTES } from '@vms/wire/rtp/aac-packetizer.ts';
import { attempt } from '../allowed.ts';
import type { TargetBound } from '../fuzz-target.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');

function seeds(): Uint8Array[] {
  const configs = ['1190', '1408', '119056e500', '2b098800', '17800fa008', '11800c1c4400'].map(
    bytes,
  );
  const payload = Buffer.alloc(50, 0x21);
  return [...configs, Buffer.concat([writeAdtsHeader(bytes('1190'), payload.length), payload])];
}

const bounds: readonly TargetBound[] = [
  {
    // What the 13 bits of aac_frame_length can say, header included.
    name: 'MAX_AAC_ACCESS_UNIT_BYTES',
    bound: MAX_AAC_ACCESS_UNIT_BYTES,
    input: (size) => {
      const payload = Buffer.alloc(size - 7, 0x21);
      return Buffer.concat([writeAdtsHeader(bytes('1190'), payload.length & 0x1fff), payload]);
    },
  },
];

function run(input: Uint8Array): void {
  attempt(() => {
    const { sampleRate, channels, samplesPerFrame } = parseAudioSpecificConfig(input);
    assert.ok(sampleRate > 0 && sampleRate <= 192_000);
    assert.ok(channels >= 1 && channels <= 93);
    assert.ok(samplesPerFrame === 1024 || samplesPerFrame === 960);
    assert.deepEqual(createAacConfig(input).record, input);
  });
  const header = parseAdts(input, 0, input.length);
  if (header !== undefined) {
    assert.ok(header.headerBytes <= header.frameBytes && header.frameBytes <= input.length);
    if (header.config !== undefined) createAacConfig(header.config);
  }
  for (const samples of [decodePcmu(input), decodePcma(input)]) {
    assert.equal(samples.length, input.length);
  }
}

/** AudioSpecificConfig, ADTS headers, and G.711. */
export const aac = { name: 'aac', seeds, bounds, run };
