import type { VideoCodec } from '@vms/common/frame.ts';
import { BitReader } from './bit-reader.ts';
import { MediaError } from './errors.ts';

/** payloadType of the recovery point SEI message in H.264 (D.1.1) and H.265 (D.2.1). */
const RECOVERY_POINT = 6;
/** Bytes of a recovery point message that are read; its longest form has fewer. */
const RECOVERY_POINT_BYTES = 8;
/** recovery_frame_cnt is below MaxFrameNum, recovery_poc_cnt below half of MaxPicOrderCntLsb. */
export const MAX_RECOVERY_COUNT = 65535;

/**
 * `recovery_frame_cnt` (H.264) or `recovery_poc_cnt` (H.265, where a negative one counts as 0) of the
 * first recovery point message in an SEI NAL unit; undefined where it holds none, or none that can be
 * read.
 */
export function recoveryCountOf(codec: VideoCodec, nal: Uint8Array): number | undefined {
  const bytes = new RbspBytes(nal, codec === 'h264' ? 1 : 2);
  for (;;) {
    const type = ffCoded(bytes);
    const size = ffCoded(bytes);
    if (type === undefined || size === undefined) return undefined;
    if (type !== RECOVERY_POINT) {
      if (!bytes.skip(size)) return undefined;
      continue;
    }
    const message = bytes.take(Math.min(size, RECOVERY_POINT_BYTES));
    try {
      const bits = new BitReader(message);
      const count = codec === 'h264' ? bits.ue() : Math.max(0, bits.se());
      bits.skip(2); // exact_match_flag, broken_link_flag
      return count <= MAX_RECOVERY_COUNT ? count : undefined;
    } catch (thrown) {
      if (thrown instanceof MediaError) return undefined;
      throw thrown;
    }
  }
}

/** ff_byte … last byte (§7.3.2.3.1). */
function ffCoded(bytes: RbspBytes): number | undefined {
  let value = 0;
  for (;;) {
    const byte = bytes.next();
    if (byte === undefined) return undefined;
    value += byte;
    if (byte !== 0xff) return value;
  }
}

/** Bytes of a NAL unit without emulation prevention, one by one: most SEI is long and of no interest. */
class RbspBytes {
  readonly #nal: Uint8Array;
  #at: number;
  #zeros = 0;

  constructor(nal: Uint8Array, headerBytes: number) {
    this.#nal = nal;
    this.#at = headerBytes;
  }

  next(): number | undefined {
    let byte = this.#nal[this.#at++];
    if (byte === 3 && this.#zeros >= 2) {
      this.#zeros = 0;
      byte = this.#nal[this.#at++];
    }
    this.#zeros = byte === 0 ? this.#zeros + 1 : 0;
    return byte;
  }

  skip(count: number): boolean {
    for (let i = 0; i < count; i++) if (this.next() === undefined) return false;
    return true;
  }

  take(count: number): Uint8Array {
    const taken: number[] = [];
    for (let i = 0; i < count; i++) {
      const byte = this.next();
      if (byte === undefined) break;
      taken.push(byte);
    }
    return Uint8Array.from(taken);
  }
}
