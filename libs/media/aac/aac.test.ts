import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BitWriter } from '../bit-writer.ts';
import { MediaError } from '../errors.ts';
import { isAdts, parseAdts, writeAdtsHeader } from './adts.ts';
import {
  buildAudioSpecificConfig,
  createAacConfig,
  parseAudioSpecificConfig,
} from './audio-specific-config.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

test('AudioSpecificConfig: rate, channels and frame length', () => {
  for (const [hex, objectType, sampleRate, channels, samplesPerFrame] of [
    ['1490', 2, 12000, 2, 1024], // 00010 1001 0010 0 0 0
    ['1188', 2, 48000, 1, 1024],
    ['1408', 2, 16000, 1, 1024],
    ['119056e500', 2, 48000, 2, 1024], // a sync extension behind it
    ['1194', 2, 48000, 2, 960], // frameLengthFlag
    ['17800fa008', 2, 8000, 1, 1024], // rate written out: 15, then 24 bits
    ['2b098800', 5, 24000, 1, 1024], // HE-AAC: core rate, then rate and type behind it
    ['eb098800', 29, 24000, 1, 1024], // HE-AAC version 2
    ['11b8', 2, 48000, 8, 1024],
  ] as const) {
    assert.deepEqual(
      parseAudioSpecificConfig(bytes(hex)),
      { objectType, sampleRate, channels, samplesPerFrame },
      hex,
    );
  }
});

test('channels of a program config element are counted', () => {
  const bits = new BitWriter().bits(2, 5).bits(3, 4).bits(0, 4).bits(0, 3);
  bits.bits(0, 4).bits(1, 2).bits(3, 4); // tag, profile, rate
  bits.bits(2, 4).bits(0, 4).bits(1, 4).bits(1, 2).bits(0, 3).bits(0, 4); // front, side, back, LFE
  bits.bits(0, 3); // no mixdowns
  bits.bits(0, 1).bits(0, 4); // front: centre
  bits.bits(1, 1).bits(1, 4); // front: left and right
  bits.bits(1, 1).bits(2, 4).bits(0, 4); // back pair, LFE
  const parsed = parseAudioSpecificConfig(bits.bytes());
  assert.deepEqual([parsed.sampleRate, parsed.channels], [48000, 6]);
});

test('what is built is read back the same', () => {
  for (const rate of [96000, 48000, 44100, 16000, 8000, 12345]) {
    for (const channels of [1, 2, 3, 4, 5, 6, 8]) {
      const built = buildAudioSpecificConfig(2, rate, channels);
      const parsed = parseAudioSpecificConfig(built);
      assert.deepEqual([parsed.sampleRate, parsed.channels], [rate, channels]);
    }
  }
  assert.throws(() => buildAudioSpecificConfig(2, 48000, 7), MediaError);
});

test('the configuration names the codec and keeps a copy of the record', () => {
  const record = bytes('1190');
  const config = createAacConfig(record);
  record[0] = 0;
  assert.deepEqual(config.record, bytes('1190'));
  assert.equal(config.codecString, 'mp4a.40.2');
  assert.equal(createAacConfig(bytes('2b098800')).codecString, 'mp4a.40.5');
});

test('configurations that are cut short or of other codecs are refused', () => {
  for (const hex of ['', '11', '1f8000', '16b0', '1000'.slice(0, 2), '4190', '17800000']) {
    assert.throws(() => parseAudioSpecificConfig(bytes(hex)), MediaError, hex);
  }
});

test('ADTS: a header that was written is read, with the same configuration', () => {
  for (const hex of ['1190', '1408', '1490', '1588']) {
    const config = bytes(hex);
    const payload = Uint8Array.from({ length: 300 }, (_, index) => index);
    const frame = Buffer.concat([writeAdtsHeader(config, payload.length), payload]);
    assert.ok(isAdts(frame, 0, frame.length));
    const header = parseAdts(frame, 0, frame.length);
    assert.deepEqual(header, { headerBytes: 7, frameBytes: 307, config });
    assert.equal(parseAdts(frame, 0, frame.length - 1), undefined, 'does not fit');
  }
});

test('ADTS: with a checksum the header has 9 bytes', () => {
  const frame = Buffer.from(writeAdtsHeader(bytes('1190'), 2));
  frame[1] = 0xf0;
  const whole = Buffer.concat([frame, Buffer.alloc(2)]);
  assert.equal(parseAdts(whole, 0, whole.length)?.headerBytes, 9);
  assert.equal(parseAdts(bytes('211005'), 0, 3), undefined);
});
