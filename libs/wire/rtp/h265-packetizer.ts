import { h265NalType } from '@vms/media/h265/nal.ts';
import { lengthPrefixedNals } from '@vms/media/nal.ts';
import {
  aggregationPacket,
  checkPacketizerOptions,
  groupForAggregation,
  type PacketizerOptions,
  type RtpPayload,
} from './packetizer.ts';

const AGGREGATION = 48;
const FRAGMENTATION = 49;
const FU_START = 0x80;
const FU_END = 0x40;
/** A header's type bits; what is left is F, nuh_layer_id and nuh_temporal_id_plus1. */
const NOT_TYPE = 0x81;

/**
 * Cuts an access unit of H.265 into RTP payloads (RFC 7798 §4.4) without DONL fields: single NAL
 * units, aggregation packets where asked, fragmentation units for what is longer than a packet.
 *
 * @param accessUnit NAL units behind 4-byte lengths, as `Frame.payload`
 * @throws RangeError when the longest payload is too short to cut into
 */
export function packetizeH265(accessUnit: Uint8Array, options: PacketizerOptions): RtpPayload[] {
  checkPacketizerOptions(options);
  const nals = [...lengthPrefixedNals(accessUnit)].filter((nal) => nal.length > 1);
  const payloads: Uint8Array[] = [];
  for (const group of groupForAggregation(nals, options, 2)) {
    const [nal] = group;
    if (nal === undefined) continue;
    if (group.length > 1) payloads.push(aggregationPacket(aggregationHeader(group), group));
    else if (nal.length <= options.maxPayloadBytes) payloads.push(nal);
    else fragment(nal, options.maxPayloadBytes, payloads);
  }
  return payloads.map((bytes, index) => ({ bytes, marker: index === payloads.length - 1 }));
}

/** F is set where any unit has it; layer and temporal id are the lowest of all (RFC 7798 §4.4.2). */
function aggregationHeader(nals: readonly Uint8Array[]): [number, number] {
  let forbidden = 0;
  let layer = 63;
  let temporal = 7;
  for (const nal of nals) {
    const first = nal[0] ?? 0;
    const second = nal[1] ?? 0;
    forbidden |= first & 0x80;
    layer = Math.min(layer, ((first & 1) << 5) | (second >> 3));
    temporal = Math.min(temporal, second & 7);
  }
  return [forbidden | (AGGREGATION << 1) | (layer >> 5), ((layer & 31) << 3) | temporal];
}

/** FU (RFC 7798 §4.4.3): two bytes of payload header with type 49, then the FU header. */
function fragment(nal: Uint8Array, maxPayloadBytes: number, into: Uint8Array[]): void {
  const first = nal[0] ?? 0;
  const room = maxPayloadBytes - 3;
  for (let at = 2; at < nal.length; at += room) {
    const end = Math.min(at + room, nal.length);
    const bytes = new Uint8Array(3 + end - at);
    bytes[0] = (first & NOT_TYPE) | (FRAGMENTATION << 1);
    bytes[1] = nal[1] ?? 0;
    bytes[2] = (at === 2 ? FU_START : 0) | (end === nal.length ? FU_END : 0) | h265NalType(first);
    bytes.set(nal.subarray(at, end), 3);
    into.push(bytes);
  }
}
