import { open } from 'node:fs/promises';

/** A file open for reading. */
export interface OpenFile {
  /** Fills `into` from `position` as far as the file goes; gives the count read. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Bytes, now. */
  size(): Promise<number>;
  close(): Promise<void>;
}

/** The reading that playback does; an interface, so that hung and broken disks can be tested. */
export interface Files {
  /** @throws Node's system errors (`code` `ENOENT`, …). */
  open(path: string): Promise<OpenFile>;
}

/** The machine's own file systems. */
export const systemFiles: Files = {
  async open(path) {
    const file = await open(path, 'r');
    return {
      async read(into, position) {
        let done = 0;
        while (done < into.length) {
          const { bytesRead } = await file.read(into, done, into.length - done, position + done);
          if (bytesRead === 0) break;
          done += bytesRead;
        }
        return done;
      },
      size: async () => (await file.stat()).size,
      close: () => file.close(),
    };
  },
};
