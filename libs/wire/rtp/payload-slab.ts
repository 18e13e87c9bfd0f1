/** Room that is allocated at once for the payloads of a video track. */
export const VIDEO_SLAB_BYTES = 256 * 1024;
/** Room that is allocated at once for the payloads of an audio track. */
export const AUDIO_SLAB_BYTES = 16 * 1024;

/**
 * Where payloads grow, one behind the other. Fragments are copied into it once, and a finished payload
 * is a view of it: payloads of a track that are kept together (a GOP) share their memory, and one that
 * is kept alone holds a slab, not the whole read buffer.
 */
export class PayloadSlab {
  readonly #slabBytes: number;
  /** Nothing before the first packet: many a track is set up and never sends. */
  #bytes = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  constructor(slabBytes: number) {
    this.#slabBytes = slabBytes;
  }

  /** Bytes of the payload that grows. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Copies bytes `start` to `end` of `source` behind the payload. */
  append(source: Uint8Array, start: number, end: number): void {
    const count = end - start;
    if (count <= 0) return;
    if (this.#end + count > this.#bytes.length) this.#grow(count);
    this.#bytes.set(new Uint8Array(source.buffer, source.byteOffset + start, count), this.#end);
    this.#end += count;
  }

  /** Puts one byte behind the payload. */
  appendByte(byte: number): void {
    if (this.#end === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#end++] = byte;
  }

  /** Leaves room for a 4-byte length and gives its position in the payload. */
  reserveLength(): number {
    if (this.#end + 4 > this.#bytes.length) this.#grow(4);
    const at = this.#end - this.#start;
    this.#end += 4;
    return at;
  }

  /** Writes, into the room at `at`, how many bytes now follow it. */
  fillLength(at: number): void {
    this.#bytes.writeUInt32BE(this.#end - this.#start - at - 4, this.#start + at);
  }

  /** Cuts zero bytes off the end, but none before `at`. */
  trimZeros(at: number): void {
    const least = this.#start + at;
    while (this.#end > least && this.#bytes[this.#end - 1] === 0) this.#end--;
  }

  /** Copy of the payload from `at` on, which is then cut off. */
  cut(at: number): Uint8Array {
    const copy = Uint8Array.from(this.#bytes.subarray(this.#start + at, this.#end));
    this.#end = this.#start + at;
    return copy;
  }

  /** The finished payload, never written to again; the next one begins behind it. */
  take(): Uint8Array {
    const payload = new Uint8Array(
      this.#bytes.buffer,
      this.#bytes.byteOffset + this.#start,
      this.#end - this.#start,
    );
    this.#start = this.#end;
    return payload;
  }

  /** Throws away the payload that grows. */
  discard(): void {
    this.#end = this.#start;
  }

  /** Throws away the payload that grows, and the room that it took. */
  release(): void {
    this.#bytes = Buffer.alloc(0);
    this.#start = 0;
    this.#end = 0;
  }

  #grow(count: number): void {
    const used = this.#end - this.#start;
    const bytes = Buffer.allocUnsafeSlow(Math.max(this.#slabBytes, 2 * (used + count)));
    bytes.set(this.#bytes.subarray(this.#start, this.#end), 0);
    this.#bytes = bytes;
    this.#start = 0;
    this.#end = used;
  }
}
