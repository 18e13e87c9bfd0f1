/** nal_unit_type (ISO/IEC 14496-10 table 7-1), as far as the product tells them apart. */
export const H264_NAL = {
  slice: 1,
  partitionA: 2,
  idr: 5,
  sei: 6,
  sps: 7,
  pps: 8,
  delimiter: 9,
  endOfSequence: 10,
  endOfStream: 11,
  filler: 12,
} as const;

/** nal_unit_type of the first byte of a NAL unit. */
export function h264NalType(firstByte: number): number {
  return firstByte & 31;
}
