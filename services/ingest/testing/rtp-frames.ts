/** NAL unit headers of H.264: an IDR slice and a slice that may be referred to. */
const IDR_SLICE = 0x65;
const SLICE = 0x61;
const TICKS_PER_FRAME = 3600;
const PAYLOAD_TYPE = 96;
const SSRC = 0x1234_5678;
const HEADER_BYTES = 12;

/** What a frame's packet differs in from the usual one. */
export interface PacketChanges {
  readonly ssrc?: number;
  readonly type?: number;
  /** Bytes of the NAL unit. Default 32. */
  readonly bytes?: number;
  /** First bytes of the NAL unit, instead of those of a slice of H.264. */
  readonly nal?: readonly number[];
  /** Units of the RTP clock from frame to frame. Default 3600: 25 frames a second at 90 kHz. */
  readonly ticks?: number;
}

/** An RTP packet that holds a whole frame: what it shows does not matter, only its headers. */
export function rtpPacket(
  frame: number,
  keyframe: boolean,
  changes: PacketChanges = {},
): Uint8Array {
  const packet = Buffer.alloc(HEADER_BYTES + (changes.bytes ?? 32), (frame & 0x7f) | 0x10);
  packet[0] = 0x80;
  packet[1] = 0x80 | (changes.type ?? PAYLOAD_TYPE);
  packet.writeUInt16BE(frame & 0xffff, 2);
  packet.writeUInt32BE((frame * (changes.ticks ?? TICKS_PER_FRAME)) >>> 0, 4);
  packet.writeUInt32BE(changes.ssrc ?? SSRC, 8);
  packet[HEADER_BYTES] = keyframe ? IDR_SLICE : SLICE;
  // first_mb_in_slice 0: a new picture.
  packet[HEADER_BYTES + 1] = 0x88;
  packet.set(changes.nal ?? [], HEADER_BYTES);
  return packet;
}
