import { formatNumber } from './format-number.ts';

/** Access units of one packet. */
export const MAX_AAC_UNITS_PER_PACKET = 64;
/** Bits of one field, and bytes of a constant size: what is over is held for a mistake. */
const MAX_FIELD_BITS = 32;
const MAX_CONSTANT_BYTES = 16 * 1024;

/** Lengths of the fields of an AU header, in bits; 0 where a field is absent (RFC 3640 §3.2.1, §4.1). */
export interface AuHeaderLayout {
  readonly size: number;
  readonly index: number;
  readonly indexDelta: number;
  readonly ctsDelta: number;
  readonly dtsDelta: number;
  readonly randomAccess: 0 | 1;
  readonly streamState: number;
  /** Length of the size of the auxiliary section. */
  readonly auxiliarySize: number;
  /** Bytes of each access unit where no header tells; 0: the packet holds one. */
  readonly constantBytes: number;
  /** Whether indexes count: only a track that declares `maxDisplacement` is interleaved (§3.2.3.2). */
  readonly interleaved: boolean;
}

const NO_FIELDS: AuHeaderLayout = {
  size: 0,
  index: 0,
  indexDelta: 0,
  ctsDelta: 0,
  dtsDelta: 0,
  randomAccess: 0,
  streamState: 0,
  auxiliarySize: 0,
  constantBytes: 0,
  interleaved: false,
};
/** Modes AAC-hbr and AAC-lbr (RFC 3640 §3.3.6, §3.3.5). */
const HBR: AuHeaderLayout = { ...NO_FIELDS, size: 13, index: 3, indexDelta: 3 };
const LBR: AuHeaderLayout = { ...NO_FIELDS, size: 6, index: 2, indexDelta: 2 };
/** A camera that leaves the index out. */
const SIZE_ONLY: AuHeaderLayout = { ...NO_FIELDS, size: 13 };

/**
 * The layout that a description gives: what it does not name has 0 bits. One that names neither size
 * nor index means those of its mode.
 *
 * @param parameters `a=fmtp` by lower-case name
 */
export function auHeaderLayout(parameters: ReadonlyMap<string, string>): AuHeaderLayout {
  const number = (name: string, most = MAX_FIELD_BITS): number => {
    const value = formatNumber(parameters, name) ?? 0;
    return value <= most ? value : 0;
  };
  const named = {
    size: number('sizelength'),
    index: number('indexlength'),
    indexDelta: number('indexdeltalength'),
    constantBytes: number('constantsize', MAX_CONSTANT_BYTES),
  };
  const isNamed = Object.values(named).some((value) => value > 0);
  const ofMode = /lbr$/i.test(parameters.get('mode') ?? '') ? LBR : HBR;
  return {
    ...(isNamed ? { ...NO_FIELDS, ...named } : ofMode),
    ctsDelta: number('ctsdeltalength'),
    dtsDelta: number('dtsdeltalength'),
    randomAccess: number('randomaccessindication', 1) === 1 ? 1 : 0,
    streamState: number('streamstateindication'),
    auxiliarySize: number('auxiliarydatasizelength'),
    interleaved: number('maxdisplacement', Number.MAX_SAFE_INTEGER) > 0,
  };
}

/** Reads the headers in front of the access units of a packet. */
export class AuHeaderReader {
  /** Of the access units that were read last. */
  readonly sizes = new Uint32Array(MAX_AAC_UNITS_PER_PACKET);
  /** Place of each behind the first, in access units: 0, 1, 2 where nothing is interleaved. */
  readonly places = new Uint32Array(MAX_AAC_UNITS_PER_PACKET);
  count = 0;
  readonly #declared: AuHeaderLayout;

  constructor(layout: AuHeaderLayout) {
    this.#declared = layout;
  }

  /**
   * Reads the headers at `start`.
   *
   * @returns where the first access unit starts; -1 where the headers cannot be true
   */
  read(buffer: Uint8Array, start: number, end: number): number {
    this.count = 0;
    const declared = this.#declared;
    if (bitsAtLeast(declared, true) + bitsAtLeast(declared, false) === 0) {
      const dataStart = skipAuxiliary(declared, buffer, start, end);
      return dataStart < 0 ? -1 : this.#constant(dataStart, end);
    }
    if (start + 2 > end) return -1;
    const headerBits = ((buffer[start] ?? 0) << 8) | (buffer[start + 1] ?? 0);
    const headersEnd = start + 2 + ((headerBits + 7) >> 3);
    if (headersEnd > end) return -1;
    const layout = layoutOf(declared, headerBits);
    if (headerBits < bitsAtLeast(layout, true)) return -1;
    const dataStart = skipAuxiliary(layout, buffer, headersEnd, end);
    if (dataStart < 0) return -1;
    this.#headers(layout, buffer, (start + 2) * 8, (start + 2) * 8 + headerBits, end - dataStart);
    return dataStart;
  }

  /** No header tells anything: the sizes are constant, or there is one access unit. */
  #constant(start: number, end: number): number {
    const { constantBytes } = this.#declared;
    const size = constantBytes > 0 ? constantBytes : end - start;
    for (let at = start; at < end && this.count < MAX_AAC_UNITS_PER_PACKET; at += size) {
      this.#add(size, this.count);
    }
    return start;
  }

  #headers(
    layout: AuHeaderLayout,
    buffer: Uint8Array,
    from: number,
    to: number,
    dataBytes: number,
  ): void {
    let bit = from;
    let place = 0;
    const field = (bits: number): number => {
      const value = readBits(buffer, bit, bits);
      bit += bits;
      return value;
    };
    while (this.count < MAX_AAC_UNITS_PER_PACKET) {
      const isFirst = this.count === 0;
      if (bit + bitsAtLeast(layout, isFirst) > to) return;
      const size = layout.size > 0 ? field(layout.size) : layout.constantBytes || dataBytes;
      const index = field(isFirst ? layout.index : layout.indexDelta);
      if (!isFirst) place += this.#declared.interleaved ? index + 1 : 1;
      if (layout.ctsDelta > 0 && field(1) === 1) bit += layout.ctsDelta;
      if (layout.dtsDelta > 0 && field(1) === 1) bit += layout.dtsDelta;
      bit += layout.randomAccess + layout.streamState;
      this.#add(size, place);
    }
  }

  #add(size: number, place: number): void {
    this.sizes[this.count] = size;
    this.places[this.count] = place;
    this.count++;
  }
}

/** Bits of a header in which no optional field is present. */
function bitsAtLeast(layout: AuHeaderLayout, isFirst: boolean): number {
  const flags = (layout.ctsDelta > 0 ? 1 : 0) + (layout.dtsDelta > 0 ? 1 : 0);
  const index = isFirst ? layout.index : layout.indexDelta;
  return layout.size + index + flags + layout.randomAccess + layout.streamState;
}

/** As declared, unless only another layout that cameras use fits the length of the headers. */
function layoutOf(declared: AuHeaderLayout, headerBits: number): AuHeaderLayout {
  if (declared.ctsDelta > 0 || declared.dtsDelta > 0 || fits(declared, headerBits)) return declared;
  for (const other of [HBR, SIZE_ONLY]) {
    if (fits(other, headerBits)) return { ...other, auxiliarySize: declared.auxiliarySize };
  }
  return declared;
}

function fits(layout: AuHeaderLayout, headerBits: number): boolean {
  const later = bitsAtLeast(layout, false);
  const rest = headerBits - bitsAtLeast(layout, true);
  return rest === 0 || (rest > 0 && later > 0 && rest % later === 0);
}

/** Where the data behind an auxiliary section begins (RFC 3640 §3.2.2); -1 where it does not fit. */
function skipAuxiliary(
  { auxiliarySize }: AuHeaderLayout,
  buffer: Uint8Array,
  start: number,
  end: number,
): number {
  if (auxiliarySize === 0) return start;
  const bits = auxiliarySize + readBits(buffer, start * 8, auxiliarySize);
  const dataStart = start + Math.ceil(bits / 8);
  return dataStart <= end ? dataStart : -1;
}

/** Unsigned value of `count` bits at bit `from` of `buffer`. */
function readBits(buffer: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let bit = from; bit < from + count; bit++) {
    value = value * 2 + (((buffer[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
  }
  return value;
}
