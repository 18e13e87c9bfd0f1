import type { Codec, CodecConfig } from '@vms/common/frame.ts';
import { createAacConfig } from '@vms/media/aac/audio-specific-config.ts';
import { splitAnnexB } from '@vms/media/annexb.ts';
import { MediaError } from '@vms/media/errors.ts';
import { createG711Config } from '@vms/media/g711/g711.ts';
import { H264_NAL, h264NalType } from '@vms/media/h264/nal.ts';
import { createH264Config } from '@vms/media/h264/parameter-sets.ts';
import { H265_NAL, h265NalType } from '@vms/media/h265/nal.ts';
import { createH265Config } from '@vms/media/h265/parameter-sets.ts';
import type { QuirkId } from '../rtsp/quirks.ts';
import type { Encoding } from './encoding.ts';

/** Bytes of an AudioSpecificConfig that are believed. */
const MAX_AAC_CONFIG_BYTES = 256;

/**
 * The configuration that a description gives, or undefined where it gives none that can be used.
 *
 * @param quirks where `missing-parameter-sets` is added for undefined
 */
export function configOf(
  codec: Codec,
  encoding: Encoding,
  quirks: Set<QuirkId>,
): CodecConfig | undefined {
  try {
    switch (codec) {
      case 'h264':
        return h264Config(encoding.parameters);
      case 'h265':
        return h265Config(encoding.parameters);
      case 'aac':
        return aacConfig(encoding.parameters);
      default:
        return createG711Config(codec, encoding.clockRate, encoding.channels);
    }
  } catch (thrown) {
    if (!(thrown instanceof MediaError)) throw thrown;
    quirks.add('missing-parameter-sets');
    return undefined;
  }
}

/** RFC 6184 §8.1. */
function h264Config(parameters: ReadonlyMap<string, string>): CodecConfig {
  const nals = setsOf(parameters.get('sprop-parameter-sets'));
  return createH264Config(
    nals.filter((nal) => h264NalType(nal[0] ?? 0) === H264_NAL.sps),
    nals.filter((nal) => h264NalType(nal[0] ?? 0) === H264_NAL.pps),
  );
}

/** RFC 7798 §7.1. */
function h265Config(parameters: ReadonlyMap<string, string>): CodecConfig {
  const nals = ['sprop-vps', 'sprop-sps', 'sprop-pps'].flatMap((name) =>
    setsOf(parameters.get(name)),
  );
  const ofType = (type: number): Uint8Array[] =>
    nals.filter((nal) => h265NalType(nal[0] ?? 0) === type);
  return createH265Config({
    vps: ofType(H265_NAL.vps),
    sps: ofType(H265_NAL.sps),
    pps: ofType(H265_NAL.pps),
  });
}

/** NAL units of base64 texts with commas between; start codes inside are tolerated. */
function setsOf(value: string | undefined): Uint8Array[] {
  return (value ?? '')
    .split(',')
    .filter((text) => text.trim() !== '')
    .flatMap((text) => splitAnnexB(new Uint8Array(Buffer.from(text, 'base64'))));
}

/** RFC 3640 §4.1: `config` is hexadecimal. */
function aacConfig(parameters: ReadonlyMap<string, string>): CodecConfig {
  const text = (parameters.get('config') ?? '').replace(/^"(.*)"$/, '$1');
  if (!/^([0-9a-f]{2}){2,}$/i.test(text) || text.length > 2 * MAX_AAC_CONFIG_BYTES) {
    throw new MediaError('media.parameter-sets', 'The description has no AAC configuration.');
  }
  return createAacConfig(Buffer.from(text, 'hex'));
}

/** Whether the description names an AAC that cannot be recorded, such as AAC-ELD. */
export function hasUnsupportedAudio({ parameters }: Encoding): boolean {
  try {
    aacConfig(parameters);
    return false;
  } catch (thrown) {
    if (thrown instanceof MediaError) return thrown.code === 'media.unsupported';
    throw thrown;
  }
}
