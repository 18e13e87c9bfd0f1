import { h264NalType } from '@vms/media/h264/nal.ts';
import { lengthPrefixedNals } from '@vms/media/nal.ts';
import {
  aggregationPacket,
  checkPacketizerOptions,
  groupForAggregation,
  type PacketizerOptions,
  type RtpPayload,
} from './packetizer.ts';

const STAP_A = 24;
const FU_A = 28;
const FU_START = 0x80;
const FU_END = 0x40;

/**
 * Cuts an access unit of H.264 into RTP payloads, non-interleaved mode (RFC 6184 §6.3): single NAL
 * units, STAP-A where asked, FU-A for what is longer than a packet.
 *
 * @param accessUnit NAL units behind 4-byte lengths, as `Frame.payload`
 * @throws RangeError when the longest payload is too short to cut into
 */
export function packetizeH264(accessUnit: Uint8Array, options: PacketizerOptions): RtpPayload[] {
  checkPacketizerOptions(options);
  const nals = [...lengthPrefixedNals(accessUnit)].filter((nal) => nal.length > 0);
  const payloads: Uint8Array[] = [];
  for (const group of groupForAggregation(nals, options, 1)) {
    const [nal] = group;
    if (nal === undefined) continue;
    if (group.length > 1) payloads.push(aggregationPacket([stapHeader(group)], group));
    else if (nal.length <= options.maxPayloadBytes) payloads.push(nal);
    else fragment(nal, options.maxPayloadBytes, payloads);
  }
  return payloads.map((bytes, index) => ({ bytes, marker: index === payloads.length - 1 }));
}

/** F is set where any unit has it, NRI is the highest of all (RFC 6184 §5.7.1). */
function stapHeader(nals: readonly Uint8Array[]): number {
  let forbidden = 0;
  let importance = 0;
  for (const nal of nals) {
    forbidden |= (nal[0] ?? 0) & 0x80;
    importance = Math.max(importance, (nal[0] ?? 0) & 0x60);
  }
  return forbidden | importance | STAP_A;
}

/** FU-A (RFC 6184 §5.8): the NAL unit's header byte is split over indicator and FU header. */
function fragment(nal: Uint8Array, maxPayloadBytes: number, into: Uint8Array[]): void {
  const first = nal[0] ?? 0;
  const room = maxPayloadBytes - 2;
  for (let at = 1; at < nal.length; at += room) {
    const end = Math.min(at + room, nal.length);
    const bytes = new Uint8Array(2 + end - at);
    bytes[0] = (first & 0xe0) | FU_A;
    bytes[1] = (at === 1 ? FU_START : 0) | (end === nal.length ? FU_END : 0) | h264NalType(first);
    bytes.set(nal.subarray(at, end), 2);
    into.push(bytes);
  }
}
