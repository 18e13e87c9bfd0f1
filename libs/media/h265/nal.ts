/** nal_unit_type (ISO/IEC 23008-2 table 7-1), as far as the product tells them apart. */
export const H265_NAL = {
  trailN: 0,
  trailR: 1,
  /** First intra random access point: BLA_W_LP. */
  firstIrap: 16,
  idrWithRadl: 19,
  idrNoLeading: 20,
  cra: 21,
  /** Last intra random access point, two reserved types included. */
  lastIrap: 23,
  /** Last type that is a slice. */
  lastVcl: 31,
  vps: 32,
  sps: 33,
  pps: 34,
  delimiter: 35,
  endOfSequence: 36,
  endOfBitstream: 37,
  filler: 38,
  seiPrefix: 39,
  seiSuffix: 40,
} as const;

/** nal_unit_type of the first byte of a NAL unit. */
export function h265NalType(firstByte: number): number {
  return (firstByte >> 1) & 63;
}

/** Whether decoding can start here. */
export function isIrap(nalType: number): boolean {
  return nalType >= H265_NAL.firstIrap && nalType <= H265_NAL.lastIrap;
}
