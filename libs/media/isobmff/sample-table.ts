import { MediaError } from '../errors.ts';
import { fullBox, uint32, uint64 } from './boxes.ts';
import { NumberList } from './number-list.ts';

/** Samples of one movie's track: about a day and a half of 30 frames a second. About 20 bytes each. */
export const MAX_TABLE_SAMPLES = 4_000_000;

/** What is known of a sample when it is written. */
export interface TableSample {
  /** Presentation time, ticks of the track since the movie's beginning. */
  readonly time: number;
  readonly bytes: number;
  /** Random access point: decode times are sorted up to the next one. */
  readonly keyframe: boolean;
}

/**
 * Collects the samples of one track of a plain MP4 file while they are written, in decode order, and
 * gives the tables of `stbl` at the end (ISO/IEC 14496-12 §8.6, §8.7). Containers that keep only
 * presentation times give no decode times: the n-th sample from one random access point to the next
 * is decoded at the n-th smallest presentation time, and all are shown later by the longest delay
 * that reordering needs anywhere. Without B-frames that is none.
 */
export class SampleTable {
  readonly #limit: number;
  readonly #times = new NumberList('float64');
  readonly #decode = new NumberList('float64');
  readonly #sizes = new NumberList('uint32');
  readonly #keyframes = new NumberList('uint32');
  readonly #chunkOffsets = new NumberList('float64', 64);
  readonly #chunkSamples = new NumberList('uint32', 64);
  /** First sample since the last random access point. */
  #rowStart = 0;
  #delay = 0;
  #end = 0;

  /** @param limit samples that it takes at most */
  constructor(limit: number = MAX_TABLE_SAMPLES) {
    this.#limit = limit;
  }

  get count(): number {
    return this.#sizes.length;
  }

  /** Ticks by which all samples are shown later than they are decoded. */
  get delay(): number {
    return this.#delay;
  }

  /** Time of the first sample in order of decoding; 0 without any. */
  get start(): number {
    return this.#decode.length === 0 ? 0 : this.#decode.at(0);
  }

  /** Ticks from the first to the end of the last sample; complete after `close`. */
  get duration(): number {
    return Math.max(0, this.#end - this.start);
  }

  /**
   * Samples that were written in a row at `offset`.
   * @throws MediaError `media.out-of-range` over the limit
   */
  addChunk(offset: number, samples: readonly TableSample[]): void {
    if (samples.length === 0) return;
    if (this.count + samples.length > this.#limit) {
      throw new MediaError('media.out-of-range', `A movie takes ${this.#limit} samples a track.`);
    }
    this.#chunkOffsets.push(offset);
    this.#chunkSamples.push(samples.length);
    for (const { time, bytes, keyframe } of samples) {
      if (keyframe) {
        this.#sortRow();
        this.#keyframes.push(this.count + 1);
      }
      this.#times.push(time);
      this.#decode.push(time);
      this.#sizes.push(bytes);
    }
  }

  /** No more samples come; the last one is shown until `end`, ticks. */
  close(end: number): void {
    this.#sortRow();
    const last = this.count === 0 ? 0 : this.#decode.at(this.count - 1);
    this.#end = Math.max(end, last);
  }

  /** `stts`, `ctts` and `stss` where they are needed, `stsc`, `stsz`, `co64`. */
  encode(): Uint8Array[] {
    const isAllKeyframes = this.#keyframes.length === this.count;
    return [
      fullBox('stts', 0, 0, ...this.#runs((index) => this.#durationOf(index))),
      ...(this.#delay > 0
        ? [fullBox('ctts', 0, 0, ...this.#runs((index) => this.#offsetOf(index)))]
        : []),
      ...(isAllKeyframes
        ? []
        : [fullBox('stss', 0, 0, uint32(this.#keyframes.length), listOf(this.#keyframes))]),
      fullBox('stsc', 0, 0, ...this.#chunkRuns()),
      fullBox('stsz', 0, 0, uint32(0, this.count), listOf(this.#sizes)),
      fullBox('co64', 0, 0, uint32(this.#chunkOffsets.length), offsetsOf(this.#chunkOffsets)),
    ];
  }

  #durationOf(index: number): number {
    const next = index + 1 < this.count ? this.#decode.at(index + 1) : this.#end;
    return next - this.#decode.at(index);
  }

  #offsetOf(index: number): number {
    return this.#times.at(index) - this.#decode.at(index) + this.#delay;
  }

  /** Gives the samples since the last random access point their decode times. */
  #sortRow(): void {
    const from = this.#rowStart;
    const sorted = new Float64Array(this.count - from);
    for (let i = 0; i < sorted.length; i++) sorted[i] = this.#times.at(from + i);
    sorted.sort();
    let earliest = from === 0 ? Number.NEGATIVE_INFINITY : this.#decode.at(from - 1);
    sorted.forEach((time, i) => {
      earliest = Math.max(earliest, time);
      this.#decode.set(from + i, earliest);
      this.#delay = Math.max(this.#delay, earliest - this.#times.at(from + i));
    });
    this.#rowStart = this.count;
  }

  /** Equal values in a row as (count, value), behind their count. */
  #runs(read: (index: number) => number): Uint8Array[] {
    const rows = new NumberList('uint32');
    let count = 0;
    for (let i = 0; i < this.count; i++) {
      count++;
      const value = read(i);
      if (i + 1 < this.count && read(i + 1) === value) continue;
      rows.push(count);
      rows.push(value);
      count = 0;
    }
    return [uint32(rows.length / 2), listOf(rows)];
  }

  /** (first chunk, samples in each, sample description) wherever the count changes. */
  #chunkRuns(): Uint8Array[] {
    const rows = new NumberList('uint32', 64);
    for (let i = 0; i < this.#chunkSamples.length; i++) {
      const samples = this.#chunkSamples.at(i);
      if (i > 0 && samples === this.#chunkSamples.at(i - 1)) continue;
      rows.push(i + 1);
      rows.push(samples);
      rows.push(1);
    }
    return [uint32(rows.length / 3), listOf(rows)];
  }
}

function listOf(list: NumberList): Uint8Array {
  const bytes = new Uint8Array(list.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < list.length; i++) view.setUint32(i * 4, list.at(i));
  return bytes;
}

function offsetsOf(list: NumberList): Uint8Array {
  const bytes = new Uint8Array(list.length * 8);
  for (let i = 0; i < list.length; i++) bytes.set(uint64(list.at(i)), i * 8);
  return bytes;
}
