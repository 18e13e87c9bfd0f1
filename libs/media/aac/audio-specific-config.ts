import type { AudioConfig } from '@vms/common/frame.ts';
import { BitReader } from '../bit-reader.ts';
import { BitWriter } from '../bit-writer.ts';
import { codecStringOf } from '../codec-string.ts';
import { MediaError } from '../errors.ts';

/** Hz by samplingFrequencyIndex (ISO/IEC 14496-3 table 1.18). */
export const AAC_SAMPLE_RATES: readonly number[] = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
];
const EXPLICIT_RATE = 15;
const MAX_SAMPLE_RATE_HZ = 192000;
/** channelConfiguration to channels (ISO/IEC 14496-3 table 1.19). */
const CHANNELS_BY_CONFIGURATION: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 8];
const AOT_SBR = 5;
const AOT_PS = 29;
/** Object types whose configuration is GASpecificConfig and that cameras send. */
const GENERAL_AUDIO = new Set([1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23]);

/** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). */
export interface AudioSpecificConfig {
  /** As signalled first: 2 is AAC-LC, 5 is HE-AAC, 29 is HE-AAC version 2. */
  readonly objectType: number;
  /** Hz of the core coder. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples of one access unit of the core coder: 1024, or 960. */
  readonly samplesPerFrame: number;
}

/**
 * Reads an AudioSpecificConfig.
 *
 * @throws MediaError `media.truncated`, `media.parameter-sets`, or `media.unsupported`
 */
export function parseAudioSpecificConfig(bytes: Uint8Array): AudioSpecificConfig {
  const bits = new BitReader(bytes);
  const objectType = readObjectType(bits);
  const sampleRate = readSampleRate(bits);
  const channelConfiguration = bits.bits(4);
  let core = objectType;
  if (objectType === AOT_SBR || objectType === AOT_PS) {
    readSampleRate(bits); // extensionSamplingFrequency
    core = readObjectType(bits);
  }
  if (!GENERAL_AUDIO.has(core)) {
    throw new MediaError(
      'media.unsupported',
      `Audio object type ${core} of MPEG-4 is not one that can be recorded.`,
    );
  }
  const short = bits.remaining > 0 && bits.flag();
  if (bits.remaining > 0 && bits.flag()) bits.skip(14); // dependsOnCoreCoder
  if (bits.remaining > 0) bits.flag(); // extensionFlag
  const channels =
    channelConfiguration === 0
      ? channelsOfProgramConfig(bits)
      : CHANNELS_BY_CONFIGURATION[channelConfiguration];
  if (channels === undefined || channels === 0) {
    throw new MediaError('media.parameter-sets', 'An AAC configuration has no known channels.');
  }
  return {
    objectType,
    sampleRate,
    channels,
    samplesPerFrame: short ? AAC_SHORT_FRAME_SAMPLES : AAC_FRAME_SAMPLES,
  };
}

/** Samples of an access unit of the core coder where nothing else is said (ISO/IEC 14496-3 §4.5.2.1). */
export const AAC_FRAME_SAMPLES = 1024;
/** The same where frameLengthFlag is set (§4.4.1). */
export const AAC_SHORT_FRAME_SAMPLES = 960;

/**
 * Samples that each access unit of an AAC track lasts, at `sampleRate` of its configuration: that of the
 * core coder, also for HE-AAC, whose decoder gives out twice as many at twice the rate.
 */
export function samplesPerFrameOf({ record }: Pick<AudioConfig, 'record'>): number {
  try {
    return parseAudioSpecificConfig(record).samplesPerFrame;
  } catch (thrown) {
    if (thrown instanceof MediaError) return AAC_FRAME_SAMPLES;
    throw thrown;
  }
}

/** Builds the AudioSpecificConfig of AAC without extensions. */
export function buildAudioSpecificConfig(
  objectType: number,
  sampleRate: number,
  channels: number,
): Uint8Array {
  const configuration = CHANNELS_BY_CONFIGURATION.indexOf(channels);
  if (configuration < 1) {
    throw new MediaError('media.unsupported', `AAC has no layout of ${channels} channels.`);
  }
  const bits = new BitWriter().bits(objectType, 5);
  const index = AAC_SAMPLE_RATES.indexOf(sampleRate);
  if (index >= 0) bits.bits(index, 4);
  else bits.bits(EXPLICIT_RATE, 4).bits(sampleRate, 24);
  return bits.bits(configuration, 4).bits(0, 3).bytes();
}

/**
 * The configuration of an AAC track.
 *
 * @param record AudioSpecificConfig; kept as it is, by copy
 * @throws MediaError as parseAudioSpecificConfig
 */
export function createAacConfig(record: Uint8Array): AudioConfig {
  const parsed = parseAudioSpecificConfig(record);
  return {
    kind: 'audio',
    codec: 'aac',
    sampleRate: parsed.sampleRate,
    channels: parsed.channels,
    record: Uint8Array.from(record),
    codecString: codecStringOf('aac', record),
  };
}

function readObjectType(bits: BitReader): number {
  const type = bits.bits(5);
  return type === 31 ? 32 + bits.bits(6) : type;
}

function readSampleRate(bits: BitReader): number {
  const index = bits.bits(4);
  const rate = index === EXPLICIT_RATE ? bits.bits(24) : AAC_SAMPLE_RATES[index];
  if (rate === undefined || rate === 0 || rate > MAX_SAMPLE_RATE_HZ) {
    throw new MediaError('media.parameter-sets', 'An AAC configuration has no known sample rate.');
  }
  return rate;
}

/** Channels of a program_config_element() (ISO/IEC 14496-3 §4.4.1.1). */
function channelsOfProgramConfig(bits: BitReader): number {
  bits.skip(4 + 2 + 4); // element_instance_tag, object_type, sampling_frequency_index
  const front = bits.bits(4);
  const side = bits.bits(4);
  const back = bits.bits(4);
  const lfe = bits.bits(2);
  bits.skip(3 + 4); // num_assoc_data_elements, num_valid_cc_elements
  if (bits.flag()) bits.skip(4);
  if (bits.flag()) bits.skip(4);
  if (bits.flag()) bits.skip(3);
  let channels = lfe;
  for (let i = 0; i < front + side + back; i++) {
    channels += bits.flag() ? 2 : 1;
    bits.skip(4);
  }
  return channels;
}
