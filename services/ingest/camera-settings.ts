import { sealAddressesOf } from '@vms/auth/camera-secrets.ts';
import type { CameraAssignment } from '@vms/common/camera.ts';
import { messageOf } from '@vms/common/errors.ts';
import { IngestError } from './ingest-error.ts';
import type { Credentials } from './rtsp-client.ts';

/** Opens the sealed password of a camera; empty stays empty. */
export type OpenPassword = (camera: string, sealedPassword: string) => string;
/** Opens what `$SECRET1` … in the addresses of a camera stand for, which is sealed with its password. */
export type OpenAddressSecrets = (camera: string, sealedPassword: string) => readonly string[];

/** How what is sealed of a camera is opened. */
export interface Opening {
  readonly openPassword: OpenPassword;
  /** Default: no address has any. */
  readonly openAddressSecrets?: OpenAddressSecrets | undefined;
}

/**
 * Who signs in at a camera.
 * @throws IngestError `ingest.password-unreadable`
 */
export function credentialsOf(
  assignment: Pick<CameraAssignment, 'id' | 'username' | 'sealedPassword'>,
  { openPassword, openAddressSecrets }: Opening,
): Credentials {
  const { id, username, sealedPassword } = assignment;
  try {
    const secrets = openAddressSecrets?.(id, sealedPassword);
    return { username, password: openPassword(id, sealedPassword), secrets };
  } catch (cause) {
    throw new IngestError('ingest.password-unreadable', messageOf(cause), { cause });
  }
}

/**
 * A camera whose addresses held secrets in the clear, without them; undefined where they hold none, or where
 * what is sealed of it cannot be opened: its session reports that.
 */
export function sealAssignment(
  camera: CameraAssignment,
  masterKey: Uint8Array,
): CameraAssignment | undefined {
  const { id, url, subUrl, username, sealedPassword } = camera;
  try {
    const sealed = sealAddressesOf(masterKey, { id, url, subUrl, username, sealedPassword });
    return sealed && { ...camera, ...sealed };
  } catch {
    return undefined;
  }
}

/** What the session of a camera's sub stream needs: the same camera at its other address. */
export function subAssignmentOf(assignment: CameraAssignment): CameraAssignment | undefined {
  const { subUrl, ...rest } = assignment;
  return subUrl === undefined ? undefined : { ...rest, url: subUrl };
}

/** Whether a change needs a new session; a new name or retention does not. */
export function needsNewSession(before: CameraAssignment, after: CameraAssignment): boolean {
  return (
    before.url !== after.url ||
    before.username !== after.username ||
    before.sealedPassword !== after.sealedPassword ||
    before.enabled !== after.enabled ||
    before.demo !== after.demo
  );
}
