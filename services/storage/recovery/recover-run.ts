import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import { FormatError } from '@vms/format/format-error.ts';
import { hashHeader } from '@vms/format/hash-chain.ts';
import {
  encodeFragmentLine,
  encodeIndexHeader,
  type FragmentLine,
  type IndexLine,
  LINE_BYTES,
} from '@vms/format/index-line.ts';
import { indexPathOf } from '@vms/format/paths.ts';
import {
  headerAsOpened,
  hex,
  type ParsedRunHeader,
  parseRunHeader,
} from '@vms/format/run-header.ts';
import { MAX_HEADER_BYTES } from '@vms/media/matroska/demuxer.ts';
import { TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import { type Disk, type FileDescriptor, writeAll } from '../disk/disk.ts';
import type { RunReport } from '../writer/control-messages.ts';
import { encodeRunClosing } from '../writer/run-builder.ts';
import { runReport } from '../writer/run-report.ts';
import { ClusterVerifier, lineOf, sameHash } from './cluster-verifier.ts';
import { IndexFile } from './index-file.ts';

/** Lines that are read from the end of an index first; doubled until they reach what is durable. */
const TAIL_LINES = 64;
const HEADER_READ_BYTES = 8192;

/** A run whose files are as long as they should be, before its closing line. */
export interface RepairedRun {
  readonly run: FileDescriptor;
  readonly index: FileDescriptor;
  /** To append to the index when everything else is durable. */
  readonly closingLine: Buffer;
  readonly closingOffset: number;
  readonly report: RunReport;
  readonly indexed: number;
  readonly cutBytes: number;
  /** Acknowledged bytes that the disk does not hold any more: it did not keep its word. */
  readonly missingBytes: number;
}

export type Repair =
  | { readonly outcome: 'repaired'; readonly run: RepairedRun }
  /** It holds not one fragment: both files are removed. */
  | { readonly outcome: 'removed'; readonly missingBytes: number }
  /** It is closed already. */
  | { readonly outcome: 'closed' }
  /** It cannot be understood; nothing was changed. */
  | { readonly outcome: 'left'; readonly why: string };

/**
 * Makes an unclosed run whole, from its two files alone: verifies what no sync had confirmed by its
 * hashes, cuts what is torn, indexes complete clusters that the index had not reached, writes Cues,
 * SeekHead and Duration. Repeating it after a crash in the middle gives the same bytes.
 *
 * @param path of the run file.
 * @throws the disk's errors.
 */
export function repairRun(disk: Disk, path: string): Repair {
  const run = disk.open(path, 'read-write');
  let index: FileDescriptor | undefined;
  let keep = false;
  try {
    index = openIndex(disk, indexPathOf(path));
    const repair = new RunRepair(disk, run, index).repair();
    keep = repair.outcome === 'repaired';
    return repair;
  } catch (error) {
    if (error instanceof FormatError) return { outcome: 'left', why: messageOf(error) };
    throw error;
  } finally {
    if (!keep) {
      disk.close(run);
      if (index !== undefined) disk.close(index);
    }
  }
}

function openIndex(disk: Disk, path: string): FileDescriptor {
  try {
    return disk.open(path, 'read-write');
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    return disk.create(path);
  }
}

/** Where the index ends and what it chains from there. */
interface Tail {
  /** Lines that hold. */
  lines: number;
  /** End of their last cluster. */
  bytes: number;
  hash: Uint8Array;
  /** Latest presentation time, 100 µs since DateUTC. */
  lastTick: number;
  /** Clusters beyond may be taken in: no line says that they should be otherwise. */
  mayGoOn: boolean;
  /** Bytes at the head of the run that were acknowledged, as its index tells. */
  readonly durable: number;
}

class RunRepair {
  readonly #disk: Disk;
  readonly #run: FileDescriptor;
  readonly #index: FileDescriptor;
  readonly #runBytes: number;

  constructor(disk: Disk, run: FileDescriptor, index: FileDescriptor) {
    this.#disk = disk;
    this.#run = run;
    this.#index = index;
    this.#runBytes = disk.size(run);
  }

  repair(): Repair {
    const index = IndexFile.read(this.#disk, this.#index);
    if (index?.last()?.kind === 'closing') return { outcome: 'closed' };
    const opened = this.#openedHeader(index);
    if (typeof opened === 'string') {
      // Nothing was ever acknowledged of a run without headers; zeros are what a power cut leaves.
      return (index?.lines ?? 0) === 0 && this.#isEmpty()
        ? { outcome: 'removed', missingBytes: 0 }
        : { outcome: 'left', why: opened };
    }
    const { bytes: header, parsed } = opened;
    const verifier = new ClusterVerifier(this.#disk, this.#run, parsed.run);
    const tail = this.#verifyTail(index, parsed, verifier);
    const lines = this.#indexBeyond(tail, parsed, verifier);
    if (tail.bytes < tail.durable && this.#runBytes >= tail.durable) {
      // Cutting here would throw away what lies behind the damage.
      return { outcome: 'left', why: `Acknowledged bytes from ${tail.bytes} on are damaged.` };
    }
    if (tail.lines + lines.length === 0) {
      return { outcome: 'removed', missingBytes: tail.durable };
    }
    const headerLine = encodeIndexHeader(parsed.index);
    const indexBytes = headerLine.length + tail.lines * LINE_BYTES;
    if (index === undefined) writeAll(this.#disk, this.#index, [headerLine], 0);
    this.#disk.truncate(this.#index, indexBytes);
    writeAll(this.#disk, this.#index, [Buffer.from(lines.join(''), 'latin1')], indexBytes);
    return this.#close(parsed, header, tail, lines.length);
  }

  /** The header as it was when the run was opened, or why it cannot be read. */
  #openedHeader(
    index: IndexFile | undefined,
  ): { bytes: Uint8Array; parsed: ParsedRunHeader } | string {
    const limit = Math.min(this.#runBytes, index?.header.headerBytes ?? MAX_HEADER_BYTES);
    const bytes = Buffer.alloc(Math.min(limit, index === undefined ? HEADER_READ_BYTES : limit));
    this.#disk.read(this.#run, bytes, 0);
    try {
      // A torn patch must not make the header unreadable: put back what was patched first.
      const opened = index === undefined ? bytes : headerAsOpened(bytes, index.header.patched);
      const parsed = parseRunHeader(opened);
      if (index !== undefined && hex(hashHeader(opened)) !== index.header.hash) {
        return 'The header is not the one that the index vouches for.';
      }
      const { headerBytes } = parsed.layout;
      return {
        bytes: headerAsOpened(opened.subarray(0, headerBytes), parsed.index.patched),
        parsed,
      };
    } catch (error) {
      if (error instanceof FormatError && error.code === 'format.newer-version') throw error;
      return `The header cannot be read: ${messageOf(error)}`;
    }
  }

  #isEmpty(): boolean {
    const bytes = Buffer.alloc(Math.min(this.#runBytes, HEADER_READ_BYTES));
    this.#disk.read(this.#run, bytes, 0);
    return this.#runBytes <= HEADER_READ_BYTES || bytes.every((byte) => byte === 0);
  }

  /** Verifies, by their hashes, the lines whose clusters no sync had confirmed. */
  #verifyTail(
    index: IndexFile | undefined,
    parsed: ParsedRunHeader,
    verifier: ClusterVerifier,
  ): Tail {
    const start: Tail = {
      lines: 0,
      bytes: parsed.layout.headerBytes,
      hash: parsed.hash,
      lastTick: 0,
      mayGoOn: true,
      durable: 0,
    };
    if (index === undefined || index.lines === 0) return start;
    const { first, lines, durable } = readTail(index);
    let tail: Tail = { ...start, durable };
    let from = 0;
    // What lies before `durable` was acknowledged: it is not read again, only chained from.
    for (const [i, line] of lines.entries()) {
      if (line?.kind !== 'fragment') break;
      if (line.offset + line.length > Math.min(durable, this.#runBytes)) break;
      tail = { ...tailBehind(line, parsed.run.dateUtc), lines: first + i + 1, durable };
      from = i + 1;
    }
    // An unreadable line among acknowledged ones: rebuild the whole index from the run file.
    if (from === 0 && first > 0) return { ...start, durable };
    for (const line of lines.slice(from)) {
      // A closing line that is not the last is left over from an interrupted recovery: cut.
      if (line?.kind !== 'fragment' || line.offset !== tail.bytes) return tail;
      const fits = line.offset + line.length <= this.#runBytes;
      const cluster = fits ? verifier.verify(line.offset, line.length, tail.hash) : undefined;
      if (cluster === undefined || !sameHash(line.hash, cluster.hash)) {
        return { ...tail, mayGoOn: false };
      }
      tail = {
        lines: tail.lines + 1,
        bytes: line.offset + line.length,
        hash: cluster.hash,
        lastTick: Math.max(tail.lastTick, cluster.lastTick),
        mayGoOn: true,
        durable,
      };
    }
    return tail;
  }

  /** Index lines for complete clusters behind the last line. */
  #indexBeyond(tail: Tail, parsed: ParsedRunHeader, verifier: ClusterVerifier): string[] {
    const lines: string[] = [];
    while (tail.mayGoOn) {
      const length = verifier.lengthAt(tail.bytes, this.#runBytes);
      if (length === undefined) break;
      const cluster = verifier.verify(tail.bytes, length, tail.hash);
      if (cluster === undefined || !verifier.isPlausible(tail.bytes, length)) break;
      lines.push(encodeFragmentLine(lineOf(cluster, tail.bytes, parsed.run.dateUtc)));
      tail.bytes += length;
      tail.hash = cluster.hash;
      tail.lastTick = Math.max(tail.lastTick, cluster.lastTick);
    }
    return lines;
  }

  #close(parsed: ParsedRunHeader, header: Uint8Array, tail: Tail, indexed: number): Repair {
    const index = IndexFile.read(this.#disk, this.#index);
    if (index === undefined) throw new Error('An index that was just written has no header.');
    const { cues, frames } = index.summary(index.lines);
    const closing = encodeRunClosing({
      header: { matroska: { ...parsed.layout, bytes: header }, index: parsed.index },
      cues,
      cause: 'recovered',
      bytes: tail.bytes,
      lastTick: tail.lastTick,
      fragments: index.lines,
      frames,
      hash: tail.hash,
    });
    this.#disk.truncate(this.#run, tail.bytes);
    writeAll(this.#disk, this.#run, [closing.trailer], tail.bytes);
    for (const patch of closing.patches) {
      writeAll(this.#disk, this.#run, [patch.bytes], patch.offset);
    }
    return {
      outcome: 'repaired',
      run: {
        run: this.#run,
        index: this.#index,
        closingLine: closing.line,
        closingOffset: index.headerBytes + index.lines * LINE_BYTES,
        indexed,
        cutBytes: Math.max(0, this.#runBytes - tail.bytes),
        missingBytes: Math.max(0, tail.durable - tail.bytes),
        report: runReport('', parsed.run, {
          end: parsed.run.dateUtc + tail.lastTick / TICKS_100US_PER_MS,
          bytes: tail.bytes + closing.trailer.length,
          fragments: index.lines,
          frames,
          lastHash: hex(tail.hash),
        }),
      },
    };
  }
}

/** The last lines of an index, back to where everything before is durable. */
function readTail(index: IndexFile): {
  first: number;
  lines: (IndexLine | undefined)[];
  durable: number;
} {
  for (let count = TAIL_LINES; ; count *= 2) {
    const first = Math.max(0, index.lines - count);
    const lines = index.read(first, index.lines - first);
    let durable = 0;
    for (const line of lines) {
      if (line?.kind === 'fragment') durable = Math.max(durable, line.durable);
    }
    const head = lines[0];
    const reaches = head?.kind === 'fragment' && head.offset + head.length <= durable;
    if (first === 0 || reaches) return { first, lines, durable };
  }
}

function tailBehind(line: FragmentLine, dateUtc: number): Omit<Tail, 'lines' | 'durable'> {
  return {
    bytes: line.offset + line.length,
    hash: Buffer.from(line.hash, 'hex'),
    lastTick: Math.round((line.wallClock + line.duration - dateUtc) * TICKS_100US_PER_MS),
    mayGoOn: true,
  };
}
