import { dirname } from 'node:path';
import type { Disk, FileDescriptor, FileState } from './disk.ts';

interface MemoryFile {
  bytes: Buffer;
  size: number;
  readonly inode: number;
}

/** Which call fails, and how. */
export interface InjectedFailure {
  readonly call: 'create' | 'write' | 'datasync' | 'makeDirectory' | 'stat';
  readonly code: string;
  /** Only paths that end so. */
  readonly suffix?: string;
  /** How often; default for ever, until `heal`. */
  times?: number;
}

/** A disk in memory that fails on request: for tests. */
export class MemoryDisk implements Disk {
  readonly files = new Map<string, MemoryFile>();
  /** Bytes that all files together may have. */
  capacity = Number.MAX_SAFE_INTEGER;
  readonly #folders = new Set<string>(['/']);
  readonly #open = new Map<FileDescriptor, { readonly path: string; readonly file: MemoryFile }>();
  #failures: InjectedFailure[] = [];
  #next = 3;
  #inode = 1;

  get openFiles(): number {
    return this.#open.size;
  }

  fail(failure: InjectedFailure): void {
    this.#failures.push(failure);
  }

  heal(): void {
    this.#failures = [];
  }

  put(path: string, content: Uint8Array | string): void {
    const bytes = Buffer.from(content);
    this.makeDirectory(dirname(path));
    this.files.set(path, { bytes, size: bytes.length, inode: this.#inode++ });
  }

  content(path: string): Buffer {
    const file = this.#file(path);
    return Buffer.from(file.bytes.subarray(0, file.size));
  }

  /** A disk with the same bytes and no open files: what is there after a crash. */
  copy(): MemoryDisk {
    const disk = new MemoryDisk();
    for (const [path, file] of this.files) {
      disk.put(path, file.bytes.subarray(0, file.size));
    }
    return disk;
  }

  create(path: string): FileDescriptor {
    this.#mayFail('create', path);
    if (this.files.has(path)) throw systemError('EEXIST', path);
    if (!this.#folders.has(dirname(path))) throw systemError('ENOENT', path);
    this.files.set(path, { bytes: Buffer.alloc(0), size: 0, inode: this.#inode++ });
    return this.open(path);
  }

  open(path: string): FileDescriptor {
    const descriptor = this.#next++;
    this.#open.set(descriptor, { path, file: this.#file(path) });
    return descriptor;
  }

  close(file: FileDescriptor): void {
    if (!this.#open.delete(file)) throw systemError('EBADF', String(file));
  }

  write(descriptor: FileDescriptor, buffers: readonly Uint8Array[], position: number): number {
    const { path, file } = this.#opened(descriptor);
    this.#mayFail('write', path);
    const data = Buffer.concat(buffers);
    const room = this.capacity - this.#used();
    const growth = Math.max(0, position + data.length - file.size);
    const taken = data.length - Math.max(0, growth - room);
    if (taken <= 0 && data.length > 0) throw systemError('ENOSPC', path);
    const end = position + taken;
    if (end > file.bytes.length) {
      const grown = Buffer.alloc(Math.max(end, file.bytes.length * 2));
      file.bytes.copy(grown, 0, 0, file.size);
      file.bytes = grown;
    }
    data.copy(file.bytes, position, 0, taken);
    file.size = Math.max(file.size, end);
    return taken;
  }

  read(descriptor: FileDescriptor, into: Uint8Array, position: number): number {
    const { file } = this.#opened(descriptor);
    const end = Math.min(file.size, position + into.length);
    if (end <= position) return 0;
    into.set(file.bytes.subarray(position, end));
    return end - position;
  }

  readText(path: string): string {
    return this.content(path).toString('utf8');
  }

  size(descriptor: FileDescriptor): number {
    return this.#opened(descriptor).file.size;
  }

  truncate(descriptor: FileDescriptor, size: number): void {
    const { file } = this.#opened(descriptor);
    if (size < file.size) file.bytes.fill(0, size);
    file.size = Math.min(file.size, size);
  }

  datasync(descriptor: FileDescriptor): void {
    this.#mayFail('datasync', this.#opened(descriptor).path);
  }

  syncDirectory(path: string): void {
    if (!this.#folders.has(path)) throw systemError('ENOENT', path);
  }

  stateOf(descriptor: FileDescriptor): FileState {
    const { inode, size } = this.#opened(descriptor).file;
    return { device: 0, inode, size };
  }

  stateAt(path: string): FileState | undefined {
    this.#mayFail('stat', path);
    const file = this.files.get(path);
    return file && { device: 0, inode: file.inode, size: file.size };
  }

  identity(path: string): string | undefined {
    const file = this.files.get(path);
    if (file !== undefined) return `0:${file.inode}`;
    return this.#folders.has(path) ? '0:0' : undefined;
  }

  makeDirectory(path: string): void {
    this.#mayFail('makeDirectory', path);
    for (let at = path; at !== dirname(at); at = dirname(at)) this.#folders.add(at);
  }

  list(path: string): string[] {
    const names = new Set<string>();
    const prefix = `${path}/`;
    for (const entry of [...this.files.keys(), ...this.#folders]) {
      const name = entry.startsWith(prefix) ? entry.slice(prefix.length).split('/')[0] : '';
      if (name) names.add(name);
    }
    return [...names].sort();
  }

  remove(path: string): void {
    if (!this.files.delete(path)) throw systemError('ENOENT', path);
  }

  removeDirectory(path: string): void {
    if (this.list(path).length === 0) this.#folders.delete(path);
  }

  rename(from: string, to: string): void {
    const file = this.#file(from);
    this.files.delete(from);
    this.files.set(to, file);
  }

  space(): { totalBytes: number; freeBytes: number } {
    return { totalBytes: this.capacity, freeBytes: Math.max(0, this.capacity - this.#used()) };
  }

  #used(): number {
    let bytes = 0;
    for (const file of this.files.values()) bytes += file.size;
    return bytes;
  }

  /** An open file stays what it is, whatever becomes of its name. */
  #opened(descriptor: FileDescriptor): { readonly path: string; readonly file: MemoryFile } {
    const opened = this.#open.get(descriptor);
    if (opened === undefined) throw systemError('EBADF', String(descriptor));
    return opened;
  }

  #file(path: string): MemoryFile {
    const file = this.files.get(path);
    if (file === undefined) throw systemError('ENOENT', path);
    return file;
  }

  #mayFail(call: InjectedFailure['call'], path: string): void {
    for (const failure of this.#failures) {
      if (failure.call !== call || !path.endsWith(failure.suffix ?? '')) continue;
      if (failure.times !== undefined && failure.times-- <= 0) continue;
      throw systemError(failure.code, path);
    }
  }
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
