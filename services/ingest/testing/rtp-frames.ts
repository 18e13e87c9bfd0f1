/** NAL unit headers of H.264: an IDR slice and a slice that may be referred to. */
const IDR_SLICE = 0x65;
const SLICE = 0x61;
const TICKS_PER_FRAME = 3600;
const PAYLOAD_TYPE = 96;
const SSRC = 0x1234_5678;

/** An RTP packet that holds a whole small frame: what it shows does not matter, only its headers. */
export function rtpPacket(
  frame: number,
  keyframe: boolean,
  changes: { ssrc?: number; type?: number } = {},
): Uint8Array {
  const packet = Buffer.alloc(12 + 32, (frame & 0x7f) | 0x10);
  packet[0] = 0x80;
  packet[1] = 0x80 | (changes.type ?? PAYLOAD_TYPE);
  packet.writeUInt16BE(frame & 0xffff, 2);
  packet.writeUInt32BE((frame * TICKS_PER_FRAME) >>> 0, 4);
  packet.writeUInt32BE(changes.ssrc ?? SSRC, 8);
  packet[12] = keyframe ? IDR_SLICE : SLICE;
  // first_mb_in_slice 0: a new picture.
  packet[13] = 0x88;
  return packet;
}
