import type { Codec } from '@vms/common/frame.ts';
import { MediaError } from './errors.ts';

/**
 * The `codecs` parameter of RFC 6381 for a codec and its decoder configuration (`record` of
 * CodecConfig): `avc1.64001f`, `hvc1.1.6.L93.B0`, `mp4a.40.2`; G.711 gives its own name.
 *
 * @throws MediaError `media.parameter-sets` when the record is too short for it.
 */
export function codecStringOf(codec: Codec, record: Uint8Array): string {
  switch (codec) {
    case 'h264':
      return avcCodecString(record);
    case 'h265':
      return hevcCodecString(record);
    case 'aac':
      return aacCodecString(record);
    default:
      return codec;
  }
}

/** RFC 6381 §3.3: profile, constraints and level, as three bytes of the record in hexadecimal. */
function avcCodecString(record: Uint8Array): string {
  requireBytes(record, 7, 'AVCDecoderConfigurationRecord');
  return `avc1.${Buffer.from(record.subarray(1, 4)).toString('hex')}`;
}

/**
 * ISO/IEC 14496-15 §E.3: profile space and idc, reversed compatibility flags, tier and level, then
 * the six bytes of constraint flags without trailing zeros.
 */
function hevcCodecString(record: Uint8Array): string {
  requireBytes(record, 23, 'HEVCDecoderConfigurationRecord');
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const profile = view.getUint8(1);
  let compatibility = view.getUint32(2);
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++) {
    reversed = (reversed << 1) | (compatibility & 1);
    compatibility >>>= 1;
  }
  const parts = [
    'hvc1',
    `${['', 'A', 'B', 'C'][profile >> 6] ?? ''}${profile & 0x1f}`,
    (reversed >>> 0).toString(16).toUpperCase(),
    `${profile & 0x20 ? 'H' : 'L'}${view.getUint8(12)}`,
  ];
  let last = 11;
  while (last > 5 && view.getUint8(last) === 0) last--;
  for (let i = 6; i <= last; i++) parts.push(view.getUint8(i).toString(16).toUpperCase());
  return parts.join('.');
}

/** RFC 6381 §3.3: `mp4a.40.` and the audio object type of the AudioSpecificConfig. */
function aacCodecString(record: Uint8Array): string {
  requireBytes(record, 2, 'AudioSpecificConfig');
  const first = record[0] ?? 0;
  const short = first >> 3;
  // 31 escapes to 32 + the next six bits (ISO/IEC 14496-3 §1.6.2.1).
  const type = short === 31 ? 32 + (((first & 7) << 3) | ((record[1] ?? 0) >> 5)) : short;
  return `mp4a.40.${type}`;
}

function requireBytes(record: Uint8Array, count: number, name: string): void {
  if (record.length < count) {
    throw new MediaError(
      'media.parameter-sets',
      `A ${name} of ${record.length} bytes is cut short.`,
    );
  }
}
