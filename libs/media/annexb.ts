/**
 * Position of the next `00 00 01` in bytes `from` to `end`, or -1. A fourth zero before it belongs to
 * the start code too, but is not looked for (ISO/IEC 14496-10 Annex B).
 */
export function findStartCode(buffer: Uint8Array, from: number, end: number): number {
  let i = from;
  while (i + 2 < end) {
    const third = buffer[i + 2] ?? 0;
    // The third byte tells how far a start code is at the least, so most bytes are never looked at.
    if (third > 1) i += 3;
    else if (third === 0) i += 1;
    else if (buffer[i] === 0 && buffer[i + 1] === 0) return i;
    else i += 3;
  }
  return -1;
}

/** Cuts the zero bytes off the end of a NAL unit: a NAL unit never ends with one. */
export function endWithoutZeros(buffer: Uint8Array, start: number, end: number): number {
  let last = end;
  while (last > start && buffer[last - 1] === 0) last--;
  return last;
}

/**
 * NAL units of a byte stream (ISO/IEC 14496-10 Annex B), without start codes and trailing zeros; views.
 * Bytes before the first start code count as a NAL unit too, so that a lone NAL unit without one comes
 * back as it is.
 */
export function splitAnnexB(bytes: Uint8Array): Uint8Array[] {
  const nals: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length) {
    const code = findStartCode(bytes, start, bytes.length);
    const end = endWithoutZeros(bytes, start, code < 0 ? bytes.length : code);
    if (end > start) nals.push(bytes.subarray(start, end));
    if (code < 0) break;
    start = code + 3;
  }
  return nals;
}
