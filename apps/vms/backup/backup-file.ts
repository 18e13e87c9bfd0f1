import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { CliError } from '../cli-error.ts';
import { BACKUP_TEXTS } from '../commands/backup/backup-texts.ts';

/** Version of the file that this program writes; it reads this one and older ones. */
export const BACKUP_VERSION = 1;
/** Bytes of a back-up when unpacked. */
export const MAX_BACKUP_BYTES = 512 * 1024 * 1024;

/**
 * What may be in a back-up, by its path in the data directory. Nothing else is ever written on
 * restore, whatever a file says.
 */
const ENTRY_PATH =
  /^(vms\.yaml|api\/vms\.sqlite|secrets\/(master\.key|internal\.token|media\.key|gateway-tls\/made-here\.pem))$/;

const schema = z.strictObject({
  format: z.literal('vms-backup'),
  version: z.int().min(1),
  /** Layout of the data directory it was made from. */
  dataFormat: z.int().min(1),
  /** Version of the program that made it. */
  madeBy: z.string().max(64),
  /** ISO 8601, UTC. */
  createdAt: z.string().max(40),
  files: z
    .array(z.strictObject({ path: z.string().regex(ENTRY_PATH), base64: z.string() }))
    .max(16),
  volumes: z.array(z.strictObject({ path: z.string(), identity: z.string().max(4096) })).max(64),
});

export type Backup = Omit<z.output<typeof schema>, 'format' | 'version'>;

/** The first line of the unpacked text is the SHA-256 of all that follows. */
export function encodeBackup(backup: Backup): Buffer {
  const text = JSON.stringify({ format: 'vms-backup', version: BACKUP_VERSION, ...backup });
  return gzipSync(`${sha256(text)}\n${text}`);
}

/** @throws CliError `backup.damaged`, `backup.newer-version` */
export function decodeBackup(bytes: Uint8Array, file: string): Backup {
  const damaged = (cause?: unknown): CliError =>
    new CliError('backup.damaged', BACKUP_TEXTS.damaged, { cause, values: { file } });
  let text: string;
  try {
    text = gunzipSync(bytes, { maxOutputLength: MAX_BACKUP_BYTES }).toString('utf8');
  } catch (cause) {
    throw damaged(cause);
  }
  const lineEnd = text.indexOf('\n');
  const body = text.slice(lineEnd + 1);
  if (lineEnd < 0 || text.slice(0, lineEnd) !== sha256(body)) throw damaged();
  const json: unknown = JSON.parse(body);
  const version = z.object({ format: z.literal('vms-backup'), version: z.int() }).safeParse(json);
  if (!version.success) throw damaged(version.error);
  if (version.data.version > BACKUP_VERSION) {
    const values = { file, version: version.data.version, known: BACKUP_VERSION };
    throw new CliError('backup.newer-version', BACKUP_TEXTS.newer, { values });
  }
  const whole = schema.safeParse(json);
  if (!whole.success) throw damaged(whole.error);
  const { format: _format, version: _version, ...backup } = whole.data;
  return backup;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
