/**
 * Raw byte sequence payload of a NAL unit: its header taken off and the emulation prevention bytes
 * (`00 00 03`) removed (ISO/IEC 14496-10 §7.4.1.1, ISO/IEC 23008-2 §7.4.2).
 *
 * @param headerBytes 1 for H.264, 2 for H.265
 */
export function rbspOf(nal: Uint8Array, headerBytes: number): Uint8Array {
  const rbsp = new Uint8Array(Math.max(0, nal.length - headerBytes));
  let written = 0;
  let zeros = 0;
  for (let i = headerBytes; i < nal.length; i++) {
    const byte = nal[i] ?? 0;
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    rbsp[written++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return rbsp.subarray(0, written);
}

/** A NAL unit of a header and an RBSP, with emulation prevention bytes put in. */
export function nalOf(header: readonly number[], rbsp: Uint8Array): Uint8Array {
  const bytes = [...header];
  let zeros = 0;
  for (const byte of rbsp) {
    if (zeros >= 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    bytes.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from(bytes);
}

/** Whether two runs of bytes are the same. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether `nal` is the same as bytes `start` to `end` of `buffer`. */
export function sameAsRange(
  nal: Uint8Array,
  buffer: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (nal.length !== end - start) return false;
  for (let i = 0; i < nal.length; i++) if (nal[i] !== buffer[start + i]) return false;
  return true;
}

/**
 * The NAL units of a frame's payload, each behind a 4-byte big-endian length; views, no copies.
 * Stops at a length that does not fit.
 */
export function* lengthPrefixedNals(payload: Uint8Array): Generator<Uint8Array> {
  let at = 0;
  while (at + 4 <= payload.length) {
    const length =
      (payload[at] ?? 0) * 0x1000000 +
      (((payload[at + 1] ?? 0) << 16) | ((payload[at + 2] ?? 0) << 8) | (payload[at + 3] ?? 0));
    at += 4;
    if (length > payload.length - at) return;
    yield payload.subarray(at, at + length);
    at += length;
  }
}

/** NAL units as a frame's payload: each behind a 4-byte big-endian length. */
export function joinLengthPrefixed(nals: readonly Uint8Array[]): Uint8Array {
  let bytes = 0;
  for (const nal of nals) bytes += 4 + nal.length;
  const payload = new Uint8Array(bytes);
  let at = 0;
  for (const nal of nals) {
    payload[at] = nal.length >>> 24;
    payload[at + 1] = nal.length >>> 16;
    payload[at + 2] = nal.length >>> 8;
    payload[at + 3] = nal.length;
    payload.set(nal, at + 4);
    at += 4 + nal.length;
  }
  return payload;
}
