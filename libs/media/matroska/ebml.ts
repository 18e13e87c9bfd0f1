import { MediaError } from '../errors.ts';

/** Largest size that four bytes of an EBML variable-size integer carry (RFC 8794 §4.4). */
export const MAX_4_BYTE_SIZE = 2 ** 28 - 2;

/** `01 FF FF FF FF FF FF FF`: "size not known" in eight bytes (RFC 8794 §6.2). */
export const UNKNOWN_SIZE_8 = Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);

/** Seconds between 1970-01-01 and 2001-01-01, where EBML dates begin (RFC 8794 §7.6). */
const EBML_EPOCH_SECONDS = 978_307_200;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

function idLength(id: number): number {
  return id > 0xffffff ? 4 : id > 0xffff ? 3 : id > 0xff ? 2 : 1;
}

/** Fewest bytes of a data size; the value with all bits set means "unknown" and is avoided. */
function sizeLength(size: number): number {
  for (let length = 1; length < 8; length++) if (size < 2 ** (7 * length) - 1) return length;
  return 8;
}

/** Writes `size` as an EBML data size of exactly `length` bytes at `offset`. */
export function writeSize(into: Uint8Array, offset: number, size: number, length: number): void {
  let rest = size;
  for (let i = length - 1; i >= 0; i--) {
    into[offset + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  into[offset] = (into[offset] ?? 0) | (1 << (8 - length));
}

/** An EBML data size of exactly eight bytes, so that it can be patched in place. */
export function size8(size: number): Uint8Array {
  const bytes = new Uint8Array(8);
  writeSize(bytes, 0, size, 8);
  return bytes;
}

/** Writes an element id at `offset`; gives the offset behind it. */
export function writeId(into: Uint8Array, offset: number, id: number): number {
  const length = idLength(id);
  let rest = id;
  for (let i = length - 1; i >= 0; i--) {
    into[offset + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return offset + length;
}

/** Several byte arrays as one. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let total = 0;
  for (const part of parts) total += part.length;
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** One element with the smallest size field that holds it. */
export function element(id: number, ...content: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of content) size += part.length;
  const length = sizeLength(size);
  const bytes = new Uint8Array(idLength(id) + length + size);
  let at = writeId(bytes, 0, id);
  writeSize(bytes, at, size, length);
  at += length;
  for (const part of content) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Big-endian bytes of an unsigned integer, at least one. */
export function uintBytes(value: number): Uint8Array {
  let length = 1;
  while (length < 8 && value >= 2 ** (8 * length)) length++;
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

export function uintElement(id: number, value: number): Uint8Array {
  return element(id, uintBytes(value));
}

export function floatElement(id: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return element(id, bytes);
}

export function stringElement(id: number, value: string): Uint8Array {
  return element(id, encoder.encode(value));
}

/** Nanoseconds since 2001, from Unix milliseconds, to a whole microsecond. */
export function dateElement(id: number, epochMs: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const microseconds = BigInt(Math.round(epochMs * 1000)) - BigInt(EBML_EPOCH_SECONDS) * 1_000_000n;
  new DataView(bytes.buffer).setBigInt64(0, microseconds * 1000n);
  return element(id, bytes);
}

/** A Void element of exactly `total` bytes (2 to 127): room kept free, or room left over. */
export function voidElement(id: number, total: number): Uint8Array {
  if (total < 2 || total > 127) {
    throw new MediaError('media.out-of-range', `A Void of ${total} bytes cannot be written.`);
  }
  const bytes = new Uint8Array(total);
  bytes[0] = id;
  bytes[1] = 0x80 | (total - 2);
  return bytes;
}

/** Where an element stands in its buffer. */
export interface ElementHead {
  readonly id: number;
  /** Offset of its id. */
  readonly start: number;
  /** Offset of its content. */
  readonly dataStart: number;
  /** Offset behind its content; undefined when the size is "unknown". */
  readonly end: number | undefined;
}

/**
 * Reads id and size of the element at `offset`, within `[offset, limit)`.
 *
 * @throws MediaError `media.truncated` when the head itself is cut (the content may be: compare `end`),
 *   `media.matroska` when the id or size is no variable-size integer of at most 4 and 8 bytes.
 */
export function readElementHead(bytes: Uint8Array, offset: number, limit: number): ElementHead {
  const first = byteAt(bytes, offset, limit);
  const idBytes = Math.clz32(first) - 23;
  if (idBytes > 4) throw malformed('an element id is longer than 4 bytes', offset);
  let id = first;
  for (let i = 1; i < idBytes; i++) id = id * 256 + byteAt(bytes, offset + i, limit);
  const sizeAt = offset + idBytes;
  const marker = byteAt(bytes, sizeAt, limit);
  const length = Math.clz32(marker) - 23;
  if (length > 8) throw malformed('an element size is longer than 8 bytes', sizeAt);
  let size = marker & (0xff >> length);
  let allOnes = size === 0xff >> length;
  for (let i = 1; i < length; i++) {
    const byte = byteAt(bytes, sizeAt + i, limit);
    allOnes &&= byte === 0xff;
    size = size * 256 + byte;
  }
  const dataStart = sizeAt + length;
  if (!allOnes && size > Number.MAX_SAFE_INTEGER - dataStart) {
    throw malformed('an element size is beyond 2^53', sizeAt);
  }
  return { id, start: offset, dataStart, end: allOnes ? undefined : dataStart + size };
}

/** Content of an unsigned integer element (RFC 8794 §7.2): 0 to 8 bytes, at most 2^53 - 1. */
export function readUint(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 8) throw malformed('an integer is longer than 8 bytes', start);
  let value = 0;
  for (let i = start; i < end; i++) value = value * 256 + byteAt(bytes, i, end);
  if (value > Number.MAX_SAFE_INTEGER) throw malformed('an integer is beyond 2^53', start);
  return value;
}

/** Content of a float element (RFC 8794 §7.3): 0, 4 or 8 bytes, finite. */
export function readFloat(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let value = 0;
  if (length === 4) value = view.getFloat32(start);
  else if (length === 8) value = view.getFloat64(start);
  else if (length !== 0) throw malformed('a float has neither 4 nor 8 bytes', start);
  if (!Number.isFinite(value)) throw malformed('a float is not finite', start);
  return value;
}

/** Content of a string element: trailing zeros are padding (RFC 8794 §7.4, §7.5). */
export function readString(bytes: Uint8Array, start: number, end: number): string {
  let stop = end;
  while (stop > start && bytes[stop - 1] === 0) stop--;
  try {
    return decoder.decode(bytes.subarray(start, stop));
  } catch (cause) {
    throw new MediaError('media.matroska', `At byte ${start}: a string is not UTF-8.`, { cause });
  }
}

/** Content of a date element as Unix milliseconds. */
export function readDate(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 8) throw malformed('a date has not 8 bytes', start);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Number(view.getBigInt64(start) / 1000n) / 1000 + EBML_EPOCH_SECONDS * 1000;
}

export function malformed(what: string, offset: number): MediaError {
  return new MediaError('media.matroska', `At byte ${offset}: ${what}.`);
}

export function truncated(what: string, offset: number): MediaError {
  return new MediaError('media.truncated', `At byte ${offset}: the bytes end inside ${what}.`);
}

function byteAt(bytes: Uint8Array, offset: number, limit: number): number {
  const byte = offset < limit ? bytes[offset] : undefined;
  if (byte === undefined) throw truncated('an element', offset);
  return byte;
}
