import type { EpochMs, MonotonicMs } from '@vms/common/clock.ts';

/** Bytes before the payload of each packet: RTP header, and the header extension of playout delay. */
export const PACKET_HEAD_BYTES = 20;
/** Bytes of the header extension; a viewer that did not offer it gets the packet without. */
export const EXTENSION_BYTES = 8;

/**
 * One access unit, cut into packets once for all viewers: each packet is room for a header, then the
 * payload. The header is written again for each viewer just before sending, since the socket's library
 * copies what it is given.
 */
export interface PackedUnit {
  readonly kind: 'video' | 'audio';
  /** Counts the units of a stream, both kinds together. */
  readonly number: number;
  readonly keyframe: boolean;
  /** Video at 90 kHz, audio at its own clock; grows, does not fit 32 bits. */
  readonly timestamp: number;
  readonly wallClock: EpochMs;
  /** When ingest had it; undefined where that is not known, or it came out of a cache. */
  readonly receivedAt: MonotonicMs | undefined;
  readonly packets: readonly Buffer[];
  /** Whether the last packet carries the marker. */
  readonly marker: boolean;
  /** All packets with their heads. */
  readonly bytes: number;
}

/** Room for a head before each payload, in one piece of memory. */
export function withHeads(payloads: readonly { readonly bytes: Uint8Array }[]): {
  packets: Buffer[];
  bytes: number;
} {
  let bytes = 0;
  for (const payload of payloads) bytes += PACKET_HEAD_BYTES + payload.bytes.length;
  const slab = Buffer.allocUnsafe(bytes);
  const packets: Buffer[] = [];
  let at = 0;
  for (const payload of payloads) {
    const end = at + PACKET_HEAD_BYTES + payload.bytes.length;
    slab.set(payload.bytes, at + PACKET_HEAD_BYTES);
    packets.push(slab.subarray(at, end));
    at = end;
  }
  return { packets, bytes };
}

/** What differs from viewer to viewer. */
export interface PacketHead {
  readonly payloadType: number;
  readonly ssrc: number;
  readonly sequence: number;
  /** Unsigned 32 bits. */
  readonly timestamp: number;
  readonly marker: boolean;
  /** Identifier of the playout-delay extension, 0 for none. */
  readonly playoutDelayId: number;
}

/**
 * Writes the head and gives the packet to be sent, which is valid until the next call for it.
 *
 * ```
 *  with:     V=2 X | M PT | sequence | timestamp | SSRC | BE DE 00 01 | id 2 | min = max = 0 (3)
 *  without:  8 bytes unused, V=2 | M PT | sequence | timestamp | SSRC
 * ```
 *
 * Playout delay (webrtc.org/experiments/rtp-hdrext/playout-delay): two numbers of 12 bits, in 10 ms.
 */
export function writeHead(packet: Buffer, head: PacketHead): Buffer {
  const extended = head.playoutDelayId > 0;
  const at = extended ? 0 : EXTENSION_BYTES;
  const { sequence, ssrc, timestamp } = head;
  packet[at] = extended ? 0x90 : 0x80;
  packet[at + 1] = (head.marker ? 0x80 : 0) | head.payloadType;
  packet[at + 2] = sequence >>> 8;
  packet[at + 3] = sequence;
  packet[at + 4] = timestamp >>> 24;
  packet[at + 5] = timestamp >>> 16;
  packet[at + 6] = timestamp >>> 8;
  packet[at + 7] = timestamp;
  packet[at + 8] = ssrc >>> 24;
  packet[at + 9] = ssrc >>> 16;
  packet[at + 10] = ssrc >>> 8;
  packet[at + 11] = ssrc;
  if (!extended) return packet.subarray(EXTENSION_BYTES);
  packet[12] = 0xbe;
  packet[13] = 0xde;
  packet[14] = 0;
  packet[15] = 1;
  packet[16] = (head.playoutDelayId << 4) | 2;
  packet[17] = 0;
  packet[18] = 0;
  packet[19] = 0;
  return packet;
}
