import { dirname, join } from 'node:path';
import { systemErrorCode } from '@vms/common/errors.ts';
import { encodeIndexHeader } from '@vms/format/index-line.ts';
import { indexPathOf, runPath } from '@vms/format/paths.ts';
import {
  type Disk,
  type FileDescriptor,
  type FileState,
  foldersUpTo,
  writeAll,
} from '../disk/disk.ts';
import type { EncodedClosing, RunBuilder } from './run-builder.ts';

/** What others have done to an open file of a run. */
export interface FileLoss {
  /** The recording itself, or its index. */
  readonly file: 'run' | 'index';
  /** `missing`: nothing is at its path. `replaced`: another file is. `changed`: not as long as written. */
  readonly how: 'missing' | 'replaced' | 'changed';
}

/**
 * The two open files of a run. Invariant: after an error both are as long as before the call, or the
 * run must be abandoned; nothing is written twice at one place.
 */
export class RunFile {
  readonly builder: RunBuilder;
  /** Below the volume. */
  readonly path: string;
  readonly #disk: Disk;
  readonly run: FileDescriptor;
  readonly index: FileDescriptor;
  readonly #opened: { readonly run: FileState; readonly index: FileState };
  readonly #paths: { readonly run: string; readonly index: string };
  #bytes: number;
  #indexBytes: number;
  /** Bytes of the trailer and of the closing line, behind the above. */
  #trailerBytes = 0;
  #closingBytes = 0;
  #isReleased = false;

  private constructor(
    disk: Disk,
    builder: RunBuilder,
    volume: string,
    path: string,
    files: { run: FileDescriptor; index: FileDescriptor },
    sizes: { run: number; index: number },
  ) {
    this.#disk = disk;
    this.builder = builder;
    this.path = path;
    this.run = files.run;
    this.index = files.index;
    this.#bytes = sizes.run;
    this.#indexBytes = sizes.index;
    this.#opened = { run: disk.stateOf(files.run), index: disk.stateOf(files.index) };
    const absolute = join(volume, path);
    this.#paths = { run: absolute, index: indexPathOf(absolute) };
  }

  /** Bytes of header and clusters that were handed to the operating system. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Makes both files under a name that is not taken, with their headers. With `syncFolders` the
   * names are durable when it returns (a sync of the whole file system covers them otherwise).
   *
   * @throws the disk's error; then neither file is left behind, as far as the disk allows.
   */
  static create(
    disk: Disk,
    volume: string,
    builder: RunBuilder,
    options: { readonly syncFolders: boolean },
  ): RunFile {
    const { camera, stream, dateUtc } = builder.identity;
    for (let attempt = 1; ; attempt++) {
      const path = runPath({ camera, stream, start: dateUtc, attempt });
      const folder = dirname(join(volume, path));
      disk.makeDirectory(folder);
      const files = createPair(disk, join(volume, path));
      if (files === undefined) continue;
      const header = builder.header.matroska.bytes;
      const line = encodeIndexHeader(builder.header.index);
      try {
        writeAll(disk, files.run, [header], 0);
        writeAll(disk, files.index, [line], 0);
        if (options.syncFolders) {
          for (const above of foldersUpTo(folder, volume)) disk.syncDirectory(above);
        }
      } catch (error) {
        discardPair(disk, join(volume, path), files);
        throw error;
      }
      return new RunFile(disk, builder, volume, path, files, {
        run: header.length,
        index: line.length,
      });
    }
  }

  /**
   * What others have done to the two files since the last write; undefined where they are as they were
   * left. To be asked right before a write: bytes written behind a cut leave a hole that looks whole.
   *
   * @throws the disk's error where the folder may not be read any more.
   */
  loss(): FileLoss | undefined {
    return (
      this.#lossOf('run', this.#bytes + this.#trailerBytes) ??
      this.#lossOf('index', this.#indexBytes + this.#closingBytes)
    );
  }

  #lossOf(file: 'run' | 'index', bytes: number): FileLoss | undefined {
    const now = this.#disk.stateAt(this.#paths[file]);
    if (now === undefined) return { file, how: 'missing' };
    const { device, inode } = this.#opened[file];
    if (now.inode !== inode || now.device !== device) return { file, how: 'replaced' };
    return now.size === bytes ? undefined : { file, how: 'changed' };
  }

  /** Appends fragments and their index lines. */
  append(buffers: readonly Uint8Array[], bytes: number, lines: string): void {
    const text = Buffer.from(lines, 'latin1');
    try {
      writeAll(this.#disk, this.run, buffers, this.#bytes);
      writeAll(this.#disk, this.index, [text], this.#indexBytes);
    } catch (error) {
      this.#cutBack();
      throw error;
    }
    this.#bytes += bytes;
    this.#indexBytes += text.length;
  }

  /** Writes Cues and patches; the closing line must wait until these are durable. */
  appendTrailer(closing: EncodedClosing): void {
    try {
      writeAll(this.#disk, this.run, [closing.trailer], this.#bytes);
      for (const patch of closing.patches) {
        writeAll(this.#disk, this.run, [patch.bytes], patch.offset);
      }
      this.#trailerBytes = closing.trailer.length;
    } catch (error) {
      this.#cutBack();
      throw error;
    }
  }

  appendClosingLine(closing: EncodedClosing): void {
    try {
      writeAll(this.#disk, this.index, [closing.line], this.#indexBytes);
      this.#closingBytes = closing.line.length;
    } catch (error) {
      this.#cutBack();
      throw error;
    }
  }

  /** Its descriptors may be those of other files by now. */
  get isReleased(): boolean {
    return this.#isReleased;
  }

  /** Gives the files back to the operating system; their bytes stay as they are. */
  release(): void {
    this.#isReleased = true;
    for (const file of [this.run, this.index]) {
      try {
        this.#disk.close(file);
      } catch {
        // Linux frees the descriptor whatever close reports; the last sync has told of the bytes.
      }
    }
  }

  #cutBack(): void {
    try {
      this.#disk.truncate(this.run, this.#bytes);
      this.#disk.truncate(this.index, this.#indexBytes);
    } catch {
      // The next write goes to the same place, and recovery cuts whatever is behind the last line.
    }
  }
}

function createPair(
  disk: Disk,
  path: string,
): { run: FileDescriptor; index: FileDescriptor } | undefined {
  let run: FileDescriptor;
  try {
    run = disk.create(path);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return undefined;
    throw error;
  }
  try {
    return { run, index: disk.create(indexPathOf(path)) };
  } catch (error) {
    disk.close(run);
    disk.remove(path);
    if (systemErrorCode(error) === 'EEXIST') return undefined;
    throw error;
  }
}

function discardPair(
  disk: Disk,
  path: string,
  files: { run: FileDescriptor; index: FileDescriptor },
): void {
  for (const [file, name] of [
    [files.run, path],
    [files.index, indexPathOf(path)],
  ] as const) {
    try {
      disk.close(file);
      disk.remove(name);
    } catch {
      // A file without a fragment is removed at the next recovery.
    }
  }
}
