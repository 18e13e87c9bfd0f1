import { type FileHandle, open } from 'node:fs/promises';

/** A file that an export writes: appended to, patched in place, made durable in the end. */
export interface ExportFile {
  /** Bytes so far. */
  readonly length: number;
  append(parts: readonly Uint8Array[]): Promise<void>;
  patch(offset: number, bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a new file; fails with `EEXIST` where there is one. */
export async function createExportFile(path: string): Promise<ExportFile> {
  return new HandleFile(await open(path, 'wx', 0o640));
}

class HandleFile implements ExportFile {
  readonly #file: FileHandle;
  #length = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  get length(): number {
    return this.#length;
  }

  async append(parts: readonly Uint8Array[]): Promise<void> {
    const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    await this.#write(this.#length, bytes);
    this.#length += bytes.length;
  }

  patch(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#write(offset, bytes);
  }

  sync(): Promise<void> {
    return this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #write(offset: number, bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const left = bytes.length - done;
      const { bytesWritten } = await this.#file.write(bytes, done, left, offset + done);
      done += bytesWritten;
    }
  }
}
