import type { RtpPayload } from '@vms/wire/rtp/packetizer.ts';

/** `$`, channel and length (RFC 2326 §10.12). */
const INTERLEAVED_HEADER_BYTES = 4;
const RTP_HEADER_BYTES = 12;
const HEADER_BYTES = INTERLEAVED_HEADER_BYTES + RTP_HEADER_BYTES;

/**
 * The packets of one frame as they stand on the wire, one behind the other, with everything filled in
 * that is the same for every client. Made once a clip: sending is a copy and a few stores a packet.
 */
export interface PacketTemplate {
  readonly bytes: Uint8Array;
  /** Where each packet begins. */
  readonly offsets: readonly number[];
}

/** What differs between clients. */
export interface PacketStamp {
  /** Interleaved channel. */
  readonly channel: number;
  /** Of the first packet; the others count on, modulo 2^16. */
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
}

export function createPacketTemplate(
  payloads: readonly RtpPayload[],
  payloadType: number,
): PacketTemplate {
  const length = payloads.reduce((sum, payload) => sum + HEADER_BYTES + payload.bytes.length, 0);
  const bytes = new Uint8Array(length);
  const offsets: number[] = [];
  let at = 0;
  for (const payload of payloads) {
    const packetBytes = RTP_HEADER_BYTES + payload.bytes.length;
    offsets.push(at);
    bytes[at] = 0x24;
    bytes[at + 2] = packetBytes >> 8;
    bytes[at + 3] = packetBytes;
    bytes[at + 4] = 0x80;
    bytes[at + 5] = payloadType | (payload.marker ? 0x80 : 0);
    bytes.set(payload.bytes, at + HEADER_BYTES);
    at += HEADER_BYTES + payload.bytes.length;
  }
  return { bytes, offsets };
}

/** A copy of the packets for one client; the socket keeps it until it is sent. */
export function stampPackets(template: PacketTemplate, stamp: PacketStamp): Buffer {
  const copy = Buffer.from(template.bytes);
  let sequence = stamp.sequence;
  for (const at of template.offsets) {
    copy[at + 1] = stamp.channel;
    copy[at + 6] = sequence >> 8;
    copy[at + 7] = sequence;
    copy.writeUInt32BE(stamp.timestamp, at + 8);
    copy.writeUInt32BE(stamp.ssrc, at + 12);
    sequence = (sequence + 1) & 0xffff;
  }
  return copy;
}

/** Bytes of RTP payload, as a sender report counts them (RFC 3550 §6.4.1). */
export function payloadOctets(template: PacketTemplate): number {
  return template.bytes.length - template.offsets.length * HEADER_BYTES;
}
