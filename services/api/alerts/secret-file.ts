import { open } from 'node:fs/promises';
import { messageOf } from '@vms/common/errors.ts';
import { MAX_SECRET_BYTES } from './bounds.ts';
import { DeliveryError } from './channel.ts';

/**
 * A secret of a person's from its file, without the line break at its end. Read at every use, so that
 * it can be changed while the system runs. Like our own secrets, others may not be able to read it.
 *
 * @throws DeliveryError `alert.secret-unusable`
 */
export async function readSecretFile(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { mode, size } = await file.stat();
      if ((mode & 0o077) !== 0) {
        throw unusable(path, 'other users of this machine may read it', `Run: chmod 600 ${path}`);
      }
      if (size > MAX_SECRET_BYTES) {
        throw unusable(path, 'it is too large', 'Check that it is the right file.');
      }
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_SECRET_BYTES));
      const text = buffer.toString('utf8', 0, bytesRead).trim();
      if (text === '') throw unusable(path, 'it is empty', 'Write the secret into it.');
      return text;
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof DeliveryError) throw cause;
    throw unusable(path, messageOf(cause), 'Check its name and its rights.', cause);
  }
}

function unusable(path: string, why: string, remedy: string, cause?: unknown): DeliveryError {
  return new DeliveryError(
    'alert.secret-unusable',
    { happened: `The secret in ${path} cannot be used: ${why}.`, remedy },
    { cause },
  );
}
