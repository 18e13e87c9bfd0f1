/** nal_unit_type (ISO/IEC 23008-2 table 7-1), as far as the product tells them apart. */
export const H265_NAL = {
  trailN: 0,
  trailR: 1,
  /** Leading pictures that refer to pictures before their IRAP. */
  raslN: 8,
  raslR: 9,
  /** First intra random access point: BLA_W_LP. */
  firstIrap: 16,
  idrWithRadl: 19,
  idrNoLeading: 20,
  cra: 21,
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

/** Intra random access point picture; the reserved types 22 and 23 are none that anybody may send. */
export function isIrap(nalType: number): boolean {
  return nalType >= H265_NAL.firstIrap && nalType <= H265_NAL.cra;
}

/** Random access skipped leading picture: not decodable when decoding began at its IRAP (§8.1.3). */
export function isRasl(nalType: number): boolean {
  return nalType === H265_NAL.raslN || nalType === H265_NAL.raslR;
}
