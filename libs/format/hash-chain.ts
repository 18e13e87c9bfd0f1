import { createHash, type Hash } from 'node:crypto';
import type { Codec } from '@vms/common/frame.ts';

/** Bytes of every hash of the format: SHA-256. */
export const HASH_BYTES = 32;
/** The hash before a camera stream's first file. */
export const NO_HASH: Uint8Array = new Uint8Array(HASH_BYTES);
/** Bytes of the fixed part before each payload in what is hashed. */
export const LEAF_PREFIX_BYTES = 16;

const LEAF_VERSION = 1;
const HEADER_DOMAIN = Buffer.from('vms-run-header-1\n');
const CLOSING_DOMAIN = Buffer.from('vms-run-closing-1\n');
const LEAF_KEYFRAME = 0x01;

/** Codec numbers of the leaf; never reused. */
const LEAF_CODEC: Readonly<Record<Codec, number>> = { h264: 1, h265: 2, aac: 3, pcmu: 4, pcma: 5 };

/** What a leaf covers: it survives export to another container, since no container byte is in it. */
export interface LeafFrame {
  readonly codec: Codec;
  readonly keyframe: boolean;
  /** Presentation time in ticks of 100 µs since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** Video: NAL units behind 4-byte lengths. Audio: the raw frame. */
  readonly payload: Uint8Array;
}

/**
 * Hash of one fragment: SHA-256(previous ‖ leaf ‖ leaf …), each leaf being
 * ```
 *  0      version of the leaf, 1
 *  1      codec: 1 H.264, 2 H.265, 3 AAC, 4 PCMU, 5 PCMA
 *  2      flags: 1 = random access point
 *  3      0
 *  4..7   length of the payload, big-endian
 *  8..15  presentation time, 100 µs since 1970 UTC, big-endian, signed
 *  16..   payload
 * ```
 * in the order of the fragment (decode order). Reusable: `begin` starts the next one.
 */
export class FragmentHasher {
  readonly #prefix = Buffer.alloc(LEAF_PREFIX_BYTES);
  #hash: Hash | undefined;

  begin(previous: Uint8Array): void {
    this.#hash = createHash('sha256').update(previous);
  }

  add(frame: LeafFrame): void {
    const prefix = this.#prefix;
    prefix[0] = LEAF_VERSION;
    prefix[1] = LEAF_CODEC[frame.codec];
    prefix[2] = frame.keyframe ? LEAF_KEYFRAME : 0;
    prefix.writeUInt32BE(frame.payload.length, 4);
    const high = Math.floor(frame.time / 2 ** 32);
    prefix.writeInt32BE(high, 8);
    prefix.writeUInt32BE(frame.time - high * 2 ** 32, 12);
    this.#open().update(prefix).update(frame.payload);
  }

  digest(): Uint8Array {
    const digest = this.#open().digest();
    this.#hash = undefined;
    return digest;
  }

  #open(): Hash {
    if (this.#hash === undefined) throw new Error('begin() comes before add() and digest().');
    return this.#hash;
  }
}

/**
 * The chain's first hash in a file: of the header as it was when the file was opened (SeekHead and
 * Duration still Void, Segment size unknown). The header carries the hash of the file before, so
 * that this one covers all that came before.
 */
export function hashHeader(headerAsOpened: Uint8Array): Uint8Array {
  return createHash('sha256').update(HEADER_DOMAIN).update(headerAsOpened).digest();
}

/**
 * The closing line's hash: covers the last fragment's hash, the header as it was patched on close,
 * and everything behind the last cluster (the Cues). The next file does not chain from it but from
 * the last fragment's, which is final even where a file could not be closed.
 */
export function hashClosing(
  lastFragmentHash: Uint8Array,
  headerAsClosed: Uint8Array,
  trailer: Uint8Array,
): Uint8Array {
  return createHash('sha256')
    .update(CLOSING_DOMAIN)
    .update(lastFragmentHash)
    .update(headerAsClosed)
    .update(trailer)
    .digest();
}
