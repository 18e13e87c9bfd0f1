import { join } from 'node:path';
import { messageOf } from '@vms/common/errors.ts';
import { hashClosing } from '@vms/format/hash-chain.ts';
import { type ClosingLine, encodeIndexHeader, type FragmentLine } from '@vms/format/index-line.ts';
import { indexPathOf } from '@vms/format/paths.ts';
import { hex, parseRunHeader } from '@vms/format/run-header.ts';
import { MAX_HEADER_BYTES } from '@vms/media/matroska/demuxer.ts';
import type { Disk, FileDescriptor } from '../disk/disk.ts';
import { ClusterVerifier, lineOf } from '../recovery/cluster-verifier.ts';
import { IndexFile } from '../recovery/index-file.ts';
import type { RunRow } from './run-row.ts';
import { walkVolume } from './walk-volume.ts';

/** Lines of an index that are read at once. */
const LINES_PER_READ = 1024;
/** Trailer of a file: Cues of an hour with a keyframe a second take 60 KB. */
const MAX_TRAILER_BYTES = 64 * 1024 * 1024;
/** Half of the 0.1 ms that an index keeps. */
const TIME_TOLERANCE_MS = 0.05;
/** Findings that are kept; more are counted. */
export const MAX_FINDINGS = 10_000;

/** Something that is not as it should be. */
export interface Finding {
  /** `error`: something is lost, changed or contradictory. `note`: explained, nothing to do. */
  readonly severity: 'error' | 'note';
  /** Below the volume. */
  readonly path: string;
  readonly text: string;
}

export interface CheckReport {
  readonly runs: number;
  readonly fragments: number;
  readonly bytes: number;
  readonly findings: readonly Finding[];
  /** Findings beyond MAX_FINDINGS. */
  readonly moreFindings: number;
}

export interface CheckOptions {
  readonly disk: Disk;
  /** Path of the volume. */
  readonly volume: string;
  /** The catalogue's rows of this volume; undefined leaves the comparison out. */
  readonly rows: readonly RunRow[] | undefined;
  /** Whether every byte is read and hashed (default), or only what indexes and sizes say. */
  readonly readAll?: boolean;
}

/**
 * Compares files, indexes, hashes and catalogue of one volume, and changes nothing. May run while the
 * volume is recorded to: of an open run only what is acknowledged is looked at.
 */
export function checkVolume(options: CheckOptions): CheckReport {
  return new VolumeCheck(options).run();
}

interface ChainLink {
  readonly path: string;
  readonly stream: string;
  readonly fileNumber: number;
  readonly previousHash: string;
  readonly lastHash: string;
}

class VolumeCheck {
  readonly #options: CheckOptions;
  readonly #rows: Map<string, RunRow> | undefined;
  readonly #findings: Finding[] = [];
  #more = 0;
  #runs = 0;
  #fragments = 0;
  #bytes = 0;

  constructor(options: CheckOptions) {
    this.#options = options;
    this.#rows = options.rows && new Map(options.rows.map((row) => [row.path, row]));
  }

  run(): CheckReport {
    const { disk, volume } = this.#options;
    let camera = '';
    let chain: ChainLink[] = [];
    for (const day of walkVolume(disk, volume)) {
      if (day.camera !== camera) {
        this.#checkChain(chain);
        chain = [];
        camera = day.camera;
      }
      for (const path of day.foreign)
        this.#note(path, 'This is no file of ours; it is left alone.');
      for (const path of day.orphanIndexes) {
        this.#error(indexPathOf(path), 'The recording of this index is gone.');
      }
      for (const path of day.withoutIndex)
        this.#error(path, 'The index of this recording is gone.');
      for (const path of day.runs) {
        const link = this.#checkRun(path);
        if (link !== undefined) chain.push(link);
      }
    }
    this.#checkChain(chain);
    for (const path of this.#rows?.keys() ?? []) {
      this.#error(path, 'The catalogue has this recording, but its file is gone (vms reindex).');
    }
    return {
      runs: this.#runs,
      fragments: this.#fragments,
      bytes: this.#bytes,
      findings: this.#findings,
      moreFindings: this.#more,
    };
  }

  #checkRun(path: string): ChainLink | undefined {
    const { disk, volume } = this.#options;
    const row = this.#rows?.get(path);
    this.#rows?.delete(path);
    this.#runs++;
    const opened: FileDescriptor[] = [];
    const open = (name: string): FileDescriptor => {
      const file = disk.open(name, 'read');
      opened.push(file);
      return file;
    };
    try {
      const run = open(join(volume, path));
      const index = IndexFile.read(disk, open(indexPathOf(join(volume, path))));
      if (index === undefined) {
        this.#error(path, 'The header of its index cannot be read.');
        return undefined;
      }
      return this.#checkFiles(path, run, index, row);
    } catch (error) {
      this.#error(path, messageOf(error));
      return undefined;
    } finally {
      for (const file of opened) disk.close(file);
    }
  }

  #checkFiles(
    path: string,
    run: FileDescriptor,
    index: IndexFile,
    row: RunRow | undefined,
  ): ChainLink | undefined {
    const { disk } = this.#options;
    const { header } = index;
    const size = disk.size(run);
    const head = Buffer.alloc(Math.min(header.headerBytes, size, MAX_HEADER_BYTES));
    disk.read(run, head, 0);
    const parsed = parseRunHeader(head);
    if (!encodeIndexHeader(header).equals(encodeIndexHeader(parsed.index))) {
      this.#error(path, 'Its header was changed: file and index contradict each other.');
    }
    if (this.#rows !== undefined && row === undefined) {
      this.#error(path, 'The catalogue does not have this recording (vms reindex).');
    }
    const last = index.last();
    const closing = last?.kind === 'closing' ? last : undefined;
    if (last === undefined && index.lines > 0 && row?.open !== 1) {
      this.#error(path, 'The last line of its index cannot be read.');
    } else if (closing === undefined && row?.open !== 1) {
      this.#note(path, 'It was not closed; the next start of the system closes it.');
    }
    const verifier = new ClusterVerifier(disk, run, parsed.run);
    const walk = this.#walkLines(path, index, closing, verifier, size, parsed.hash);
    if (closing !== undefined) {
      this.#checkClosing(path, run, head, closing, walk, size);
      if (row !== undefined && row.open === 0 && row.bytes !== size) {
        this.#error(path, `The catalogue says ${row.bytes} bytes, the file has ${size}.`);
      }
    }
    this.#bytes += size;
    return {
      path,
      stream: header.stream,
      fileNumber: header.fileNumber,
      previousHash: header.previousHash,
      lastHash: walk.lastHash,
    };
  }

  /** Every fragment line, in order: its place, and where asked for its bytes. */
  #walkLines(
    path: string,
    index: IndexFile,
    closing: ClosingLine | undefined,
    verifier: ClusterVerifier,
    size: number,
    first: Uint8Array,
  ): Walk {
    const count = closing === undefined ? index.lines : index.lines - 1;
    const walk: Walk = {
      end: index.header.headerBytes,
      lastHash: hex(first),
      hash: first,
      frames: 0,
      dateUtc: index.header.dateUtc,
    };
    for (let from = 0; from < count; from += LINES_PER_READ) {
      const lines = index.read(from, Math.min(LINES_PER_READ, count - from));
      for (const [i, line] of lines.entries()) {
        const open = closing === undefined;
        const isTail = open && from + i >= count - 2;
        if (line?.kind !== 'fragment' || line.offset !== walk.end) {
          if (!isTail) this.#error(path, `Line ${from + i + 1} of its index cannot be read.`);
          return walk;
        }
        if (!this.#checkFragment(line, walk, verifier, size)) {
          if (!isTail)
            this.#error(path, `Fragment ${from + i + 1} is not as its index and its hash say.`);
          return walk;
        }
        this.#fragments++;
      }
    }
    return walk;
  }

  #checkFragment(line: FragmentLine, walk: Walk, verifier: ClusterVerifier, size: number): boolean {
    if (line.offset + line.length > size) return false;
    if (this.#options.readAll !== false) {
      const cluster = verifier.verify(line.offset, line.length, walk.hash);
      if (cluster === undefined || !isLineOf(line, lineOf(cluster, line.offset, walk.dateUtc))) {
        return false;
      }
    }
    walk.hash = Buffer.from(line.hash, 'hex');
    walk.lastHash = line.hash;
    walk.end = line.offset + line.length;
    walk.frames += line.frames;
    return true;
  }

  #checkClosing(
    path: string,
    run: FileDescriptor,
    head: Buffer,
    closing: ClosingLine,
    walk: Walk,
    size: number,
  ): void {
    if (closing.offset + closing.length !== size || closing.offset !== walk.end) {
      this.#error(path, 'It is not as long as its closing line says.');
      return;
    }
    if (closing.frames !== walk.frames) {
      this.#error(path, 'Its closing line counts other frames than its index has.');
    }
    if (closing.length > MAX_TRAILER_BYTES) return;
    const trailer = Buffer.alloc(closing.length);
    this.#options.disk.read(run, trailer, closing.offset);
    if (hex(hashClosing(walk.hash, head, trailer)) !== closing.hash) {
      this.#error(path, 'Its header or its Cues were changed after it was closed.');
    }
  }

  /** That each file names the last hash of the one before. The first one's predecessor is gone. */
  #checkChain(links: readonly ChainLink[]): void {
    const sorted = links.toSorted((a, b) => a.fileNumber - b.fileNumber);
    const previous = new Map<string, ChainLink>();
    for (const link of sorted) {
      const before = previous.get(link.stream);
      previous.set(link.stream, link);
      if (before === undefined || link.previousHash === before.lastHash) continue;
      if (this.#hasHash(before.path, link.previousHash)) {
        this.#note(
          link.path,
          `It chains from the middle of ${before.path}: the disk failed there.`,
        );
      } else if (before.fileNumber === link.fileNumber - 1) {
        this.#error(link.path, `It does not chain from ${before.path}.`);
      } else {
        this.#error(link.path, `Recordings between ${before.path} and this one are missing.`);
      }
    }
  }

  /** Whether a fragment of a run, or its header, has this hash. */
  #hasHash(path: string, hash: string): boolean {
    const { disk, volume } = this.#options;
    const file = disk.open(indexPathOf(join(volume, path)), 'read');
    try {
      const index = IndexFile.read(disk, file);
      if (index === undefined || index.header.hash === hash) return index !== undefined;
      for (let from = 0; from < index.lines; from += LINES_PER_READ) {
        const lines = index.read(from, Math.min(LINES_PER_READ, index.lines - from));
        if (lines.some((line) => line?.kind === 'fragment' && line.hash === hash)) return true;
      }
      return false;
    } finally {
      disk.close(file);
    }
  }

  #error(path: string, text: string): void {
    this.#add({ severity: 'error', path, text });
  }

  #note(path: string, text: string): void {
    this.#add({ severity: 'note', path, text });
  }

  #add(finding: Finding): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push(finding);
    else this.#more++;
  }
}

interface Walk {
  end: number;
  lastHash: string;
  hash: Uint8Array;
  frames: number;
  readonly dateUtc: number;
}

/** Whether an index line says what the cluster's bytes say; times are kept to 0.1 ms. */
function isLineOf(line: FragmentLine, made: FragmentLine): boolean {
  return (
    line.hash === made.hash &&
    line.frames === made.frames &&
    line.keyframe === made.keyframe &&
    line.track === made.track &&
    Math.abs(line.wallClock - made.wallClock) < TIME_TOLERANCE_MS &&
    Math.abs(line.duration - made.duration) < TIME_TOLERANCE_MS
  );
}
