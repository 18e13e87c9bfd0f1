import { checkPacketizerOptions, type PacketizerOptions, type RtpPayload } from './packetizer.ts';

/** AU-headers-length (16 bits), then one AU header: AU-size in 13 bits and AU-Index in 3. */
const AU_HEADER_SECTION_BYTES = 4;
const AU_HEADER_BITS = 16;
/** AU-size has 13 bits. */
export const MAX_AAC_ACCESS_UNIT_BYTES = 8191;

/**
 * Cuts one access unit of AAC into RTP payloads, AAC-hbr mode (RFC 3640 §3.3.6): one access unit a
 * packet, or its fragments, each with the size of the whole (§3.2.3).
 *
 * @param accessUnit without ADTS header
 * @throws RangeError for an access unit longer than 8191 bytes, or when payloads are too short
 */
export function packetizeAac(accessUnit: Uint8Array, options: PacketizerOptions): RtpPayload[] {
  checkPacketizerOptions(options);
  if (accessUnit.length > MAX_AAC_ACCESS_UNIT_BYTES) {
    throw new RangeError(
      `AAC-hbr carries ${MAX_AAC_ACCESS_UNIT_BYTES} bytes, not ${accessUnit.length}.`,
    );
  }
  const room = options.maxPayloadBytes - AU_HEADER_SECTION_BYTES;
  const payloads: RtpPayload[] = [];
  for (let at = 0; at < accessUnit.length; at += room) {
    const end = Math.min(at + room, accessUnit.length);
    const bytes = new Uint8Array(AU_HEADER_SECTION_BYTES + end - at);
    bytes[1] = AU_HEADER_BITS;
    bytes[2] = accessUnit.length >> 5;
    bytes[3] = (accessUnit.length & 31) << 3;
    bytes.set(accessUnit.subarray(at, end), AU_HEADER_SECTION_BYTES);
    payloads.push({ bytes, marker: end === accessUnit.length });
  }
  return payloads;
}
