import { MediaError } from '../errors.ts';
import { decodePcma, decodePcmu } from '../g711/g711.ts';
import { crc8, crc16 } from './crc.ts';

/** Bytes of a STREAMINFO block without its header (RFC 9639 §8.2). */
export const STREAMINFO_BYTES = 34;
/** Samples of one block: the limit of the streamable subset up to 48 kHz (RFC 9639 §7). */
export const MAX_BLOCK_SAMPLES = 4608;
/** Channels that a FLAC frame holds. */
export const MAX_CHANNELS = 8;
/** The number of a frame's first sample has 36 bits (RFC 9639 §9.1.5). */
export const MAX_FIRST_SAMPLE = 2 ** 36 - 1;

const BITS_PER_SAMPLE = 16;
const MIN_BLOCK_SAMPLES = 16;
/** Sync code, and bit 0: blocks of variable size, numbered by their first sample. */
const SYNC_VARIABLE = 0xfff9;
/** Block size follows as 16 bits, less one. */
const BLOCK_SIZE_16_BITS = 0b0111 << 4;
/** 16 bits a sample. */
const SAMPLE_SIZE_16 = 0b100 << 1;
/** Subframe of type "verbatim", no wasted bits (RFC 9639 §9.2.1). */
const VERBATIM = 0x02;
const SAMPLE_RATE_CODES = new Map([
  [8000, 0b0100],
  [16_000, 0b0101],
  [24_000, 0b0111],
  [32_000, 0b1000],
  [48_000, 0b1010],
]);
/** Sampling rate follows as 16 bits in Hz. */
const SAMPLE_RATE_16_BITS = 0b1101;

/** What a FLAC decoder must know beforehand. */
export interface FlacFormat {
  /** Hz, at most 65535. */
  readonly sampleRate: number;
  /** 1 to MAX_CHANNELS. */
  readonly channels: number;
}

/** STREAMINFO: block sizes as a range, frame sizes, length and MD5 unknown. */
export function encodeStreamInfo(format: FlacFormat): Uint8Array {
  checkFormat(format);
  const bytes = new Uint8Array(STREAMINFO_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, MIN_BLOCK_SAMPLES);
  view.setUint16(2, MAX_BLOCK_SAMPLES);
  // 20 bits of rate, 3 of channels - 1, 5 of bits - 1, and the upper 4 of the unknown length.
  const { sampleRate, channels } = format;
  view.setUint32(
    10,
    ((sampleRate << 12) | ((channels - 1) << 9) | ((BITS_PER_SAMPLE - 1) << 4)) >>> 0,
  );
  return bytes;
}

export interface G711Block extends FlacFormat {
  readonly codec: 'pcmu' | 'pcma';
  /** One byte a sample, channels interleaved. */
  readonly payload: Uint8Array;
  /** Number of the first sample of each channel since the stream's beginning. */
  readonly firstSample: number;
}

/**
 * One FLAC frame with the 16-bit linear samples of G.711 bytes, stored as they are ("verbatim"):
 * lossless, without an encoder's work, at 16 bits a sample.
 *
 * @throws MediaError `media.out-of-range` for no sample, over MAX_BLOCK_SAMPLES, or a format beyond FLAC's.
 */
export function encodeG711AsFlac(block: G711Block): Uint8Array {
  checkFormat(block);
  const { channels, payload, sampleRate } = block;
  const samples = payload.length / channels;
  if (!Number.isInteger(samples) || samples < 1 || samples > MAX_BLOCK_SAMPLES) {
    throw new MediaError('media.out-of-range', `${samples} samples do not make a FLAC block.`);
  }
  const number = codedNumber(block.firstSample);
  const rateCode = SAMPLE_RATE_CODES.get(sampleRate) ?? SAMPLE_RATE_16_BITS;
  const rateBytes = rateCode === SAMPLE_RATE_16_BITS ? 2 : 0;
  const headBytes = 4 + number.length + 2 + rateBytes + 1;
  const bytes = new Uint8Array(headBytes + channels * (1 + samples * 2) + 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, SYNC_VARIABLE);
  bytes[2] = BLOCK_SIZE_16_BITS | rateCode;
  bytes[3] = ((channels - 1) << 4) | SAMPLE_SIZE_16;
  bytes.set(number, 4);
  let at = 4 + number.length;
  view.setUint16(at, samples - 1);
  at += 2;
  if (rateBytes > 0) view.setUint16(at, sampleRate);
  at += rateBytes;
  bytes[at] = crc8(bytes, at);
  at += 1;
  const linear = block.codec === 'pcma' ? decodePcma(payload) : decodePcmu(payload);
  for (let channel = 0; channel < channels; channel++) {
    bytes[at++] = VERBATIM;
    for (let i = channel; i < linear.length; i += channels) {
      view.setInt16(at, linear[i] ?? 0);
      at += 2;
    }
  }
  view.setUint16(at, crc16(bytes, at));
  return bytes;
}

/** The coded number of RFC 9639 §9.1.5: UTF-8's scheme, carried on to 36 bits in seven bytes. */
function codedNumber(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > MAX_FIRST_SAMPLE) {
    throw new MediaError('media.out-of-range', `Sample number ${value} has not 0 to 36 bits.`);
  }
  if (value < 0x80) return Uint8Array.of(value);
  let length = 2;
  while (length < 7 && value >= 2 ** (5 * length + 1)) length++;
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let i = length - 1; i > 0; i--) {
    bytes[i] = 0x80 | (rest % 64);
    rest = Math.floor(rest / 64);
  }
  bytes[0] = ((0xff00 >> length) & 0xff) | rest;
  return bytes;
}

function checkFormat({ sampleRate, channels }: FlacFormat): void {
  const rateFits = Number.isInteger(sampleRate) && sampleRate >= 1 && sampleRate <= 65_535;
  const channelsFit = Number.isInteger(channels) && channels >= 1 && channels <= MAX_CHANNELS;
  if (!rateFits || !channelsFit) {
    throw new MediaError(
      'media.out-of-range',
      `FLAC carries no ${channels} channels at ${sampleRate} Hz.`,
    );
  }
}
