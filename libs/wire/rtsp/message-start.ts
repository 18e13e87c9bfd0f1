/** First byte of interleaved data (RFC 2326 §10.12). */
export const DOLLAR = 0x24;
/** Too few bytes to tell. */
export const NEEDS_MORE = 'needs-more';

/** How a message can begin: status lines, and the methods of RFC 2326 §10. */
const BEGINNINGS: readonly Uint8Array[] = [
  'RTSP/',
  'HTTP/',
  'OPTIONS ',
  'DESCRIBE ',
  'ANNOUNCE ',
  'SETUP ',
  'PLAY ',
  'PAUSE ',
  'TEARDOWN ',
  'GET_PARAMETER ',
  'SET_PARAMETER ',
  'REDIRECT ',
  'RECORD ',
].map((text) => Buffer.from(text, 'latin1'));

/** Whether a message begins at `at`. */
export function isMessageStart(
  buffer: Uint8Array,
  at: number,
  end: number,
): boolean | typeof NEEDS_MORE {
  const first = buffer[at] ?? 0;
  if (first < 0x41 || first > 0x54) return false;
  for (const beginning of BEGINNINGS) {
    let same = 0;
    while (same < beginning.length && at + same < end && buffer[at + same] === beginning[same]) {
      same++;
    }
    if (same === beginning.length) return true;
    if (at + same === end) return NEEDS_MORE;
  }
  return false;
}

/** Whether a byte may stand behind interleaved data: `$`, a capital letter, or a stray line end. */
export function mayFollowData(byte: number): boolean {
  return byte === DOLLAR || (byte >= 0x41 && byte <= 0x5a) || byte === 0x0d || byte === 0x0a;
}
