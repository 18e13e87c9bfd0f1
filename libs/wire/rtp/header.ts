/** Bytes of an RTP header without contributing sources and extension (RFC 3550 §5.1). */
export const RTP_HEADER_BYTES = 12;

/** Fields of an RTP header that a packetizer writes. */
export interface RtpHeader {
  readonly marker: boolean;
  /** 7 bits. */
  readonly payloadType: number;
  /** 16 bits. */
  readonly sequence: number;
  /** Unsigned 32 bits. */
  readonly timestamp: number;
  /** Unsigned 32 bits. */
  readonly ssrc: number;
}

/**
 * Writes a header of 12 bytes at `offset`:
 *
 * ```
 *  V=2|P|X|CC   M|PT   sequence (2)   timestamp (4)   SSRC (4)
 * ```
 */
export function writeRtpHeader(target: Uint8Array, offset: number, header: RtpHeader): void {
  target[offset] = 0x80;
  target[offset + 1] = (header.marker ? 0x80 : 0) | (header.payloadType & 0x7f);
  target[offset + 2] = header.sequence >> 8;
  target[offset + 3] = header.sequence;
  writeUint32(target, offset + 4, header.timestamp);
  writeUint32(target, offset + 8, header.ssrc);
}

/** Unsigned 16 or 24 bits, big-endian; missing bytes count as 0. */
export function readUint(buffer: Uint8Array, at: number, bytes: 2 | 3): number {
  let value = 0;
  for (let i = 0; i < bytes; i++) value = (value << 8) | (buffer[at + i] ?? 0);
  return value;
}

/** Unsigned 32 bits, big-endian; missing bytes count as 0. */
export function readUint32(buffer: Uint8Array, at: number): number {
  return (
    (((buffer[at] ?? 0) << 24) |
      ((buffer[at + 1] ?? 0) << 16) |
      ((buffer[at + 2] ?? 0) << 8) |
      (buffer[at + 3] ?? 0)) >>>
    0
  );
}

/** Unsigned 32 bits, big-endian. */
export function writeUint32(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}
