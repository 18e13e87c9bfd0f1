import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmdirSync,
  statfsSync,
  statSync,
  unlinkSync,
  writevSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorCode } from '@vms/common/errors.ts';

/** An open file. */
export type FileDescriptor = number;

/** What a file is and how long, to see whether it is still the one that was opened. */
export interface FileState {
  readonly device: number;
  readonly inode: number;
  /** Bytes. */
  readonly size: number;
}

/**
 * The synchronous calls that writer and recovery make; an interface, so that full disks, I/O errors
 * and torn writes are tested in milliseconds. Errors are Node's system errors (`code` `ENOSPC`, …).
 */
export interface Disk {
  /** Makes a file that must not exist (`EEXIST`), for reading and writing. */
  create(path: string): FileDescriptor;
  /** Opens an existing file for reading, or for both. */
  open(path: string, mode: 'read' | 'read-write'): FileDescriptor;
  close(file: FileDescriptor): void;
  /** Writes all buffers at `position`; a short write comes back as the count written. */
  write(file: FileDescriptor, buffers: readonly Uint8Array[], position: number): number;
  /** Fills `into` from `position` as far as the file goes; gives the count read. */
  read(file: FileDescriptor, into: Uint8Array, position: number): number;
  /** A whole small file as text. */
  readText(path: string): string;
  size(file: FileDescriptor): number;
  truncate(file: FileDescriptor, size: number): void;
  /** Returns when the file's bytes and size are durable. */
  datasync(file: FileDescriptor): void;
  /** Returns when the names in the folder are durable. */
  syncDirectory(path: string): void;
  /** Of an open file, wherever its name is now. */
  stateOf(file: FileDescriptor): FileState;
  /** Of what is at the path now; undefined where there is nothing. */
  stateAt(path: string): FileState | undefined;
  /** Device and inode; undefined where there is nothing at the path. */
  identity(path: string): string | undefined;
  /** Makes a folder and those above that are missing. */
  makeDirectory(path: string): void;
  /** Names in a folder, sorted; none where it does not exist. */
  list(path: string): string[];
  remove(path: string): void;
  /** Removes a folder if it is empty. */
  removeDirectory(path: string): void;
  rename(from: string, to: string): void;
  space(path: string): { readonly totalBytes: number; readonly freeBytes: number };
}

/** The machine's own file systems. */
export const systemDisk: Disk = {
  create: (path) => openSync(path, 'wx+', 0o640),
  open: (path, mode) => openSync(path, mode === 'read' ? 'r' : 'r+'),
  close: closeSync,
  write: (file, buffers, position) => writevSync(file, buffers, position),
  read(file, into, position) {
    let done = 0;
    while (done < into.length) {
      const count = readSync(file, into, done, into.length - done, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  },
  readText: (path) => readFileSync(path, 'utf8'),
  size: (file) => fstatSync(file).size,
  truncate: ftruncateSync,
  datasync: fdatasyncSync,
  syncDirectory(path) {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  },
  stateOf(file) {
    const { dev, ino, size } = fstatSync(file);
    return { device: dev, inode: ino, size };
  },
  stateAt(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat && { device: stat.dev, inode: stat.ino, size: stat.size };
  },
  identity(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`;
  },
  makeDirectory: (path) => void mkdirSync(path, { recursive: true, mode: 0o750 }),
  list(path) {
    try {
      return readdirSync(path).sort();
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw error;
    }
  },
  remove: unlinkSync,
  removeDirectory(path) {
    try {
      rmdirSync(path);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code !== 'ENOTEMPTY' && code !== 'ENOENT' && code !== 'EEXIST') throw error;
    }
  },
  rename: renameSync,
  space(path) {
    const stat = statfsSync(path);
    return { totalBytes: stat.blocks * stat.bsize, freeBytes: stat.bavail * stat.bsize };
  },
};

/** Buffers that one writev takes at most (IOV_MAX on Linux). */
export const MAX_BUFFERS_PER_WRITE = 1024;

/**
 * Writes every byte, in as few calls as IOV_MAX allows.
 *
 * @throws the disk's error; then part of the bytes may lie behind `position`: truncate.
 */
export function writeAll(
  disk: Disk,
  file: FileDescriptor,
  buffers: readonly Uint8Array[],
  position: number,
): void {
  let at = position;
  let first = 0;
  while (first < buffers.length) {
    const batch =
      buffers.length <= MAX_BUFFERS_PER_WRITE
        ? buffers.slice(first)
        : buffers.slice(first, first + MAX_BUFFERS_PER_WRITE);
    let written = disk.write(file, batch, at);
    at += written;
    for (const buffer of batch) {
      first++;
      if (written >= buffer.length) {
        written -= buffer.length;
        continue;
      }
      // A short write ended inside this buffer: the next call says why (ENOSPC), or goes on.
      at += writeRest(disk, file, buffer, written, at);
      break;
    }
  }
}

function writeRest(
  disk: Disk,
  file: FileDescriptor,
  buffer: Uint8Array,
  from: number,
  position: number,
): number {
  let done = from;
  while (done < buffer.length) {
    const written = disk.write(file, [buffer.subarray(done)], position + done - from);
    if (written === 0) throw new Error('The disk takes no more bytes and does not say why.');
    done += written;
  }
  return done - from;
}

/** Every folder from `path` up to, and with, `top`. */
export function foldersUpTo(path: string, top: string): string[] {
  const folders: string[] = [];
  for (let at = path; at.length >= top.length; at = dirname(at)) {
    folders.push(at);
    if (at === top || at === dirname(at)) break;
  }
  return folders;
}
