import {
  columnOf,
  type IndexHeader,
  type IndexLine,
  isKeyframeLine,
  LINE_BYTES,
  MAX_HEADER_LINES,
  parseIndexHeader,
  parseIndexLine,
} from '@vms/format/index-line.ts';
import { type CuePoint, TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import type { Disk, FileDescriptor } from '../disk/disk.ts';

/** Bytes of an index that are read at once. */
const CHUNK_BYTES = 4096 * LINE_BYTES;
/** First read of the header. */
const HEADER_READ_BYTES = 8 * LINE_BYTES;

/** An index, read in bounded pieces. */
export class IndexFile {
  readonly #disk: Disk;
  readonly #file: FileDescriptor;
  readonly header: IndexHeader;
  readonly headerBytes: number;
  /** Whole lines behind the header, torn ones included. */
  readonly lines: number;

  private constructor(
    disk: Disk,
    file: FileDescriptor,
    parsed: { header: IndexHeader; bytes: number },
    size: number,
  ) {
    this.#disk = disk;
    this.#file = file;
    this.header = parsed.header;
    this.headerBytes = parsed.bytes;
    this.lines = Math.max(0, Math.floor((size - parsed.bytes) / LINE_BYTES));
  }

  /**
   * @returns undefined where the header is torn or missing.
   * @throws FormatError `format.newer-version`.
   */
  static read(disk: Disk, file: FileDescriptor): IndexFile | undefined {
    const size = disk.size(file);
    for (const bytes of [HEADER_READ_BYTES, MAX_HEADER_LINES * LINE_BYTES]) {
      const head = Buffer.alloc(Math.min(size, bytes));
      disk.read(file, head, 0);
      const parsed = parseIndexHeader(head);
      if (parsed !== undefined) return new IndexFile(disk, file, parsed, size);
      if (size <= bytes) break;
    }
    return undefined;
  }

  /** Lines `[first, first + count)`; undefined for each that is torn. */
  read(first: number, count: number): (IndexLine | undefined)[] {
    const bytes = Buffer.allocUnsafe(Math.min(count, this.lines - first) * LINE_BYTES);
    const read = this.#disk.read(this.#file, bytes, this.headerBytes + first * LINE_BYTES);
    const lines: (IndexLine | undefined)[] = [];
    for (let at = 0; at + LINE_BYTES <= read; at += LINE_BYTES) {
      lines.push(parseIndexLine(bytes, at));
    }
    return lines;
  }

  /** The last whole line; undefined where there is none or it is torn. */
  last(): IndexLine | undefined {
    return this.lines === 0 ? undefined : this.read(this.lines - 1, 1)[0];
  }

  /** Cues and frames of the first `count` lines, by their fixed columns: nothing is parsed. */
  summary(count: number): { cues: CuePoint[]; frames: number } {
    const dateTicks = Math.round(this.header.dateUtc * TICKS_100US_PER_MS);
    const cues: CuePoint[] = [];
    let frames = 0;
    const bytes = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, count * LINE_BYTES));
    for (let done = 0; done < count; ) {
      const want = Math.min(bytes.length / LINE_BYTES, count - done);
      const position = this.headerBytes + done * LINE_BYTES;
      this.#disk.read(this.#file, bytes.subarray(0, want * LINE_BYTES), position);
      for (let i = 0; i < want; i++) {
        frames += columnOf(bytes, i * LINE_BYTES, 'frames');
        if (!isKeyframeLine(bytes, i * LINE_BYTES)) continue;
        cues.push({
          time: columnOf(bytes, i * LINE_BYTES, 'wallClock') - dateTicks,
          track: columnOf(bytes, i * LINE_BYTES, 'track'),
          clusterOffset: columnOf(bytes, i * LINE_BYTES, 'offset'),
        });
      }
      done += want;
    }
    return { cues, frames };
  }
}
