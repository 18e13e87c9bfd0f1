/** Several byte arrays behind a box header (ISO/IEC 14496-12 §4.2): 32-bit size, four-character type. */
export function box(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  let size = 8;
  for (const part of content) size += part.length;
  const bytes = new Uint8Array(size);
  writeBoxHead(new DataView(bytes.buffer), 0, size, type);
  let at = 8;
  for (const part of content) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A FullBox: version (8 bits) and flags (24 bits) before the content. */
export function fullBox(
  type: string,
  version: number,
  flags: number,
  ...content: readonly Uint8Array[]
): Uint8Array {
  return box(type, uint32(((version << 24) | flags) >>> 0), ...content);
}

/** Writes size and type at `offset`; gives the offset behind them. */
export function writeBoxHead(view: DataView, offset: number, size: number, type: string): number {
  view.setUint32(offset, size);
  for (let i = 0; i < 4; i++) view.setUint8(offset + 4 + i, type.charCodeAt(i));
  return offset + 8;
}

/** The bytes of `values`, each 8 bits. */
export function uint8(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

/** The bytes of `values`, each 16 bits, big-endian. */
export function uint16(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setUint16(index * 2, value);
  });
  return bytes;
}

/** The bytes of `values`, each 32 bits, big-endian. */
export function uint32(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setUint32(index * 4, value);
  });
  return bytes;
}

/** The bytes of `values`, whole numbers, each 64 bits, big-endian. */
export function uint64(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setBigUint64(index * 8, BigInt(value));
  });
  return bytes;
}

/** The bytes of an ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
