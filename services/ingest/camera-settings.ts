import type { CameraAssignment } from '@vms/common/camera.ts';
import { messageOf } from '@vms/common/errors.ts';
import { IngestError } from './ingest-error.ts';
import type { Credentials } from './rtsp-client.ts';

/** Opens a sealed password of a camera; empty stays empty. */
export type OpenPassword = (camera: string, sealedPassword: string) => string;

/**
 * Who signs in at a camera.
 * @throws IngestError `ingest.password-unreadable`
 */
export function credentialsOf(
  assignment: Pick<CameraAssignment, 'id' | 'username' | 'sealedPassword'>,
  openPassword: OpenPassword,
): Credentials {
  try {
    return {
      username: assignment.username,
      password: openPassword(assignment.id, assignment.sealedPassword),
    };
  } catch (cause) {
    throw new IngestError('ingest.password-unreadable', messageOf(cause), { cause });
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
