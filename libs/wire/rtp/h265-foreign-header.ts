import { H264_NAL } from '@vms/media/h264/nal.ts';

/** Packet type of fragments (RFC 7798 §4.4.3); those above it belong to no NAL unit of one packet. */
const FRAGMENTATION = 49;
/** What FU-A of H.264 with the highest priority looks like. */
const LIKE_H264_FRAGMENT = 62;
/** Slices that there are above the lowest temporal layer only: TSA_N to STSA_R. */
const FIRST_SUBLAYER_ACCESS = 2;
const LAST_SUBLAYER_ACCESS = 5;
/** TemporalId + 1 that no camera's slices of those types reach. */
const TOO_HIGH_LAYER = 5;
/** Largest second byte of a header in the base layer: TemporalId + 1 alone. */
const MAX_SECOND_BYTE = 7;

/** 1 for each reserved nal_unit_type. */
const reserved = new Uint8Array(64);
reserved.fill(1, 10, 16).fill(1, 22, 32).fill(1, 41, 48);

/**
 * Whether no camera sends H.265 that begins with these two bytes, while H.264 begins so: another layer than
 * the base, no TemporalId, a reserved type (ITU-T H.265 §7.4.2.2), or a fragment of H.264.
 *
 * ```
 *  F|type (6)|layer ...    ... layer (5)|TemporalId + 1 (3)     H.265
 *  F|NRI|type (5)          slice, or S|E|R|type of FU-A         H.264
 * ```
 */
export function isForeignHeader(first: number, second: number): boolean {
  if ((first & 1) !== 0) return true;
  const type = (first >> 1) & 63;
  if (type > FRAGMENTATION) return type === LIKE_H264_FRAGMENT && isH264Fragment(second);
  if (second === 0 || second > MAX_SECOND_BYTE || reserved[type] === 1) return true;
  if (type < FIRST_SUBLAYER_ACCESS || type > LAST_SUBLAYER_ACCESS) return false;
  // SEI of H.264 looks like one of these: 06 01, 06 05, 06 06.
  return second === 1 || second >= TOO_HIGH_LAYER;
}

function isH264Fragment(second: number): boolean {
  const type = second & 31;
  return type === H264_NAL.slice || type === H264_NAL.idr;
}
