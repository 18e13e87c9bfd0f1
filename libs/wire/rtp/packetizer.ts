/** Payload of one RTP packet, without its header. */
export interface RtpPayload {
  readonly bytes: Uint8Array;
  /** The marker bit: last packet of an access unit. */
  readonly marker: boolean;
}

/** How a packetizer cuts. */
export interface PacketizerOptions {
  /**
   * Bytes of the longest payload, RTP header not counted. At least 16. 1400 leaves room for IP, UDP,
   * SRTP and a tunnel in 1500.
   */
  readonly maxPayloadBytes: number;
  /**
   * Puts NAL units that fit together into one packet (STAP-A, AP), as some cameras do with parameter
   * sets. Default: every NAL unit alone.
   */
  readonly aggregate?: boolean;
}

export const DEFAULT_MAX_PAYLOAD_BYTES = 1400;
export const MIN_MAX_PAYLOAD_BYTES = 16;

/** Throws RangeError where packets would have no room for their own headers. */
export function checkPacketizerOptions(options: PacketizerOptions): void {
  if (options.maxPayloadBytes < MIN_MAX_PAYLOAD_BYTES) {
    throw new RangeError(
      `An RTP payload needs at least ${MIN_MAX_PAYLOAD_BYTES} bytes, not ${options.maxPayloadBytes}.`,
    );
  }
}

/**
 * Groups neighbours that fit together into one aggregation packet.
 *
 * @param overheadBytes of the packet itself; every unit in it takes 2 bytes more for its length
 */
export function groupForAggregation(
  nals: readonly Uint8Array[],
  options: PacketizerOptions,
  overheadBytes: number,
): Uint8Array[][] {
  if (options.aggregate !== true) return nals.map((nal) => [nal]);
  const groups: Uint8Array[][] = [];
  let room = 0;
  for (const nal of nals) {
    const needed = nal.length + 2;
    const current = groups.at(-1);
    if (current !== undefined && needed <= room) {
      current.push(nal);
      room -= needed;
    } else {
      groups.push([nal]);
      room = options.maxPayloadBytes - overheadBytes - needed;
    }
  }
  return groups;
}

/** Header, then every unit behind its 16-bit length: body of STAP-A and of AP alike. */
export function aggregationPacket(
  header: readonly number[],
  nals: readonly Uint8Array[],
): Uint8Array {
  const bytes = new Uint8Array(nals.reduce((sum, nal) => sum + 2 + nal.length, header.length));
  bytes.set(header);
  let at = header.length;
  for (const nal of nals) {
    bytes[at] = nal.length >> 8;
    bytes[at + 1] = nal.length;
    bytes.set(nal, at + 2);
    at += 2 + nal.length;
  }
  return bytes;
}
