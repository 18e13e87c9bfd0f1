import { FormatError } from './format-error.ts';
import { checkFormatVersion, FORMAT_VERSION } from './format-version.ts';

/** How acknowledged data of a volume is made durable; measured when the volume is made. */
export const SYNC_MODES = ['syncfs', 'fdatasync'] as const;
export type SyncMode = (typeof SYNC_MODES)[number];

/** A volume's tick where nothing else is set. */
export const DEFAULT_TICK_MS = 500;
export const MIN_TICK_MS = 100;
export const MAX_TICK_MS = 10_000;

const VOLUME_ID = /^vol_[a-z2-7]{16}$/;

/**
 * What `volume.json` in a volume's root says. A folder without it is no volume: where a disk is not
 * mounted, the empty folder below the mount point must not fill the system disk.
 */
export interface VolumeIdentity {
  /** `vol_` and 16 base-32 characters. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Milliseconds: the most that is lost when the writer is killed. It commits more often (`roundMsOf`). */
  readonly tickMs: number;
  readonly sync: SyncMode;
}

export function encodeVolumeIdentity(identity: VolumeIdentity): string {
  return `${JSON.stringify({ format: 'vms-volume', version: FORMAT_VERSION, ...identity }, null, 2)}\n`;
}

/**
 * @param path of the volume, for the message.
 * @throws FormatError `format.newer-version`, `format.malformed`.
 */
export function parseVolumeIdentity(text: string, path: string): VolumeIdentity {
  const malformed = (what: string): FormatError =>
    new FormatError('format.malformed', {
      happened: `The identity of the volume ${path} (volume.json) cannot be read: ${what}.`,
      kept: 'Its recordings were not touched.',
      remedy: 'Put the file back from a copy.',
    });
  let value: Partial<Record<string, unknown>>;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) throw malformed('it holds no object');
    value = parsed as Partial<Record<string, unknown>>;
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw malformed('it is no JSON');
  }
  if (value.format !== 'vms-volume') throw malformed('it is not marked as a volume');
  checkFormatVersion(`The volume ${path}`, value.version);
  const { id, createdAt, tickMs } = value;
  const sync = SYNC_MODES.find((mode) => mode === value.sync);
  if (typeof id !== 'string' || !VOLUME_ID.test(id)) throw malformed('the id is wrong');
  if (typeof createdAt !== 'string') throw malformed('createdAt is missing');
  if (typeof tickMs !== 'number' || !(tickMs >= MIN_TICK_MS && tickMs <= MAX_TICK_MS)) {
    throw malformed(`tickMs is not ${MIN_TICK_MS} to ${MAX_TICK_MS}`);
  }
  if (sync === undefined) throw malformed(`sync is none of ${SYNC_MODES.join(', ')}`);
  return { id, createdAt, tickMs, sync };
}
