/** First and last byte, both inclusive (RFC 9110 §14.1.2). */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const SINGLE_RANGE = /^bytes=(\d*)-(\d*)$/;

/**
 * What a Range header asks of a file of `length` bytes: a part of it, `unsatisfiable`, or `whole`
 * where the header is absent, malformed, in another unit, or asks for several parts: all of which a
 * server may answer with the whole (RFC 9110 §14.2).
 */
export function parseRange(
  header: string | undefined,
  length: number,
): ByteRange | 'whole' | 'unsatisfiable' {
  const match = header === undefined ? null : SINGLE_RANGE.exec(header.replaceAll(' ', ''));
  if (match === null) return 'whole';
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return 'whole';
  if (from === '') {
    const suffix = Math.min(Number(to), length);
    return suffix === 0 ? 'unsatisfiable' : { first: length - suffix, last: length - 1 };
  }
  const first = Number(from);
  const last = to === '' ? length - 1 : Math.min(Number(to), length - 1);
  if (to !== '' && Number(to) < first) return 'whole';
  return first >= length ? 'unsatisfiable' : { first, last };
}

/** Whether If-Range lets a Range header count: only for exactly this strong entity tag (§13.1.5). */
export function rangeCounts(ifRange: string | undefined, entityTag: string): boolean {
  return ifRange === undefined || ifRange === entityTag;
}
