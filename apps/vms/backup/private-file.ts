import {
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file that only its owner may read, whole or not at all; its folder is made with rights
 * 0700. Root gives it to whom the folder `like` belongs.
 */
export function writePrivateFile(path: string, bytes: Uint8Array, like?: string): void {
  const made = mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  const handle = openSync(temporary, 'w', 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  if (like !== undefined && process.getuid?.() === 0) {
    const { gid, uid } = statSync(like);
    chownSync(temporary, uid, gid);
    if (made !== undefined) chownSync(dirname(path), uid, gid);
  }
  renameSync(temporary, path);
}
