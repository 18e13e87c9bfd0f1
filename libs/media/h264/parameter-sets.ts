import type { VideoConfig } from '@vms/common/frame.ts';
import { BitReader } from '../bit-reader.ts';
import { codecStringOf } from '../codec-string.ts';
import { MediaError } from '../errors.ts';
import { rbspOf } from '../nal.ts';
import { H264_NAL, h264NalType } from './nal.ts';
import { parseH264Sps } from './sps.ts';

/** numOfSequenceParameterSets has 5 bits in the record. */
export const MAX_H264_SPS_COUNT = 31;
/** Our limit; the record would take 255. */
export const MAX_H264_PPS_COUNT = 64;
/** A parameter set's length has 16 bits in the record. */
export const MAX_PARAMETER_SET_BYTES = 65535;

/** Profiles whose record ends after the sets (ISO/IEC 14496-15 §5.3.3.1.2). */
const PROFILES_WITHOUT_EXTENSION = new Set([66, 77, 88]);

/**
 * Builds the configuration of an H.264 track: AVCDecoderConfigurationRecord
 * (ISO/IEC 14496-15 §5.3.3.1) with 4-byte NAL unit lengths, and its RFC 6381 name.
 *
 * @param spsList at least one; the first gives profile, level and size
 * @throws MediaError `media.parameter-sets` or `media.truncated`
 */
export function createH264Config(
  spsList: readonly Uint8Array[],
  ppsList: readonly Uint8Array[],
): VideoConfig {
  const first = spsList[0];
  if (first === undefined || ppsList.length === 0) {
    throw new MediaError('media.parameter-sets', 'H.264 needs an SPS and a PPS; one is missing.');
  }
  if (spsList.length > MAX_H264_SPS_COUNT || ppsList.length > MAX_H264_PPS_COUNT) {
    throw new MediaError('media.parameter-sets', 'There are too many H.264 parameter sets.');
  }
  for (const nal of ppsList) h264PpsId(nal);
  for (const nal of [...spsList, ...ppsList]) {
    if (nal.length > MAX_PARAMETER_SET_BYTES) {
      throw new MediaError('media.parameter-sets', 'An H.264 parameter set is over 65535 bytes.');
    }
  }
  const sps = parseH264Sps(first);
  const parts: Uint8Array[] = [
    Uint8Array.of(1, first[1] ?? 0, first[2] ?? 0, first[3] ?? 0, 0xff, 0xe0 | spsList.length),
  ];
  for (const nal of spsList) parts.push(lengthOf(nal), nal);
  parts.push(Uint8Array.of(ppsList.length));
  for (const nal of ppsList) parts.push(lengthOf(nal), nal);
  if (!PROFILES_WITHOUT_EXTENSION.has(sps.profileIdc)) {
    parts.push(
      Uint8Array.of(
        0xfc | sps.chromaFormatIdc,
        0xf8 | (sps.bitDepthLuma - 8),
        0xf8 | (sps.bitDepthChroma - 8),
        0,
      ),
    );
  }
  const record = Uint8Array.from(Buffer.concat(parts));
  return {
    kind: 'video',
    codec: 'h264',
    width: sps.width,
    height: sps.height,
    record,
    codecString: codecStringOf('h264', record),
  };
}

/** The sets of an AVCDecoderConfigurationRecord; views into it. */
export interface H264ParameterSets {
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
}

/**
 * Takes an AVCDecoderConfigurationRecord apart.
 *
 * @throws MediaError `media.truncated`
 */
export function readH264Record(record: Uint8Array): H264ParameterSets {
  const sps: Uint8Array[] = [];
  const pps: Uint8Array[] = [];
  let at = 6;
  const take = (into: Uint8Array[], count: number): void => {
    for (let i = 0; i < count; i++) {
      const end = at + 2 + (((record[at] ?? 0) << 8) | (record[at + 1] ?? 0));
      if (end > record.length) {
        throw new MediaError('media.truncated', 'An H.264 configuration record is cut short.');
      }
      into.push(record.subarray(at + 2, end));
      at = end;
    }
  };
  if (record.length < 7) {
    throw new MediaError('media.truncated', 'An H.264 configuration record is cut short.');
  }
  take(sps, (record[5] ?? 0) & 31);
  const ppsCount = record[at];
  if (ppsCount === undefined) {
    throw new MediaError('media.truncated', 'An H.264 configuration record is cut short.');
  }
  at++;
  take(pps, ppsCount);
  return { sps, pps };
}

/**
 * pic_parameter_set_id.
 *
 * @throws MediaError `media.parameter-sets` or `media.truncated`
 */
export function h264PpsId(nal: Uint8Array): number {
  if (nal.length < 2 || h264NalType(nal[0] ?? 0) !== H264_NAL.pps) {
    throw new MediaError('media.parameter-sets', 'This is not an H.264 picture parameter set.');
  }
  return new BitReader(rbspOf(nal.subarray(0, 16), 1)).ue();
}

function lengthOf(nal: Uint8Array): Uint8Array {
  return Uint8Array.of(nal.length >> 8, nal.length & 0xff);
}
