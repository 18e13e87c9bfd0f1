import { AAC_SAMPLE_RATES, buildAudioSpecificConfig } from './audio-specific-config.ts';

/** Fixed and variable header of an ADTS frame (ISO/IEC 14496-3 §1.A.2.2). */
export interface AdtsHeader {
  /** 7, or 9 with a checksum. */
  readonly headerBytes: number;
  /** Header and payload. */
  readonly frameBytes: number;
  /** AudioSpecificConfig that says the same; undefined where the channels are in the stream. */
  readonly config: Uint8Array | undefined;
}

const MIN_HEADER_BYTES = 7;

/** Whether an ADTS frame seems to begin at `start`; a raw AAC access unit never does so. */
export function isAdts(buffer: Uint8Array, start: number, end: number): boolean {
  return (
    end - start >= MIN_HEADER_BYTES &&
    buffer[start] === 0xff &&
    ((buffer[start + 1] ?? 0) & 0xf6) === 0xf0
  );
}

/** Reads the header at `start`, or undefined where it is none or does not fit into `end`. */
export function parseAdts(buffer: Uint8Array, start: number, end: number): AdtsHeader | undefined {
  if (!isAdts(buffer, start, end)) return undefined;
  const byte1 = buffer[start + 1] ?? 0;
  const byte2 = buffer[start + 2] ?? 0;
  const byte3 = buffer[start + 3] ?? 0;
  const headerBytes = (byte1 & 1) === 1 ? MIN_HEADER_BYTES : MIN_HEADER_BYTES + 2;
  const frameBytes =
    ((byte3 & 3) << 11) | ((buffer[start + 4] ?? 0) << 3) | ((buffer[start + 5] ?? 0) >> 5);
  if (frameBytes < headerBytes || frameBytes > end - start) return undefined;
  const sampleRate = AAC_SAMPLE_RATES[(byte2 >> 2) & 15];
  const layout = ((byte2 & 1) << 2) | (byte3 >> 6);
  const config =
    sampleRate === undefined || layout === 0
      ? undefined
      : buildAudioSpecificConfig((byte2 >> 6) + 1, sampleRate, layout === 7 ? 8 : layout);
  return { headerBytes, frameBytes, config };
}

/**
 * Writes the 7-byte header of an ADTS frame, without checksum.
 *
 * @param config AudioSpecificConfig of AAC with a sample rate of the table and 1 to 7 channels
 */
export function writeAdtsHeader(config: Uint8Array, payloadBytes: number): Uint8Array {
  const objectType = (config[0] ?? 0) >> 3;
  const rateIndex = (((config[0] ?? 0) & 7) << 1) | ((config[1] ?? 0) >> 7);
  const layout = ((config[1] ?? 0) >> 3) & 15;
  const length = payloadBytes + MIN_HEADER_BYTES;
  return Uint8Array.of(
    0xff,
    0xf1,
    ((objectType - 1) << 6) | (rateIndex << 2) | (layout >> 2),
    ((layout & 3) << 6) | (length >> 11),
    length >> 3,
    ((length & 7) << 5) | 0x1f,
    0xfc,
  );
}
