import type { Clock } from '@vms/common/clock.ts';
import { readSystemId } from '@vms/storage/volumes/system-identity.ts';
import { findOtherOwner } from '@vms/storage/volumes/volume-owner.ts';
import { VOLUME_FINDINGS } from './doctor-texts.ts';
import { type Finding, found } from './finding.ts';

/** Volumes that another system writes to now, all asked at once; one that does not respond is left out. */
export async function checkVolumeOwners(
  { volumes, dataPath }: { volumes: readonly { readonly path: string }[]; dataPath: string },
  clock: Clock,
): Promise<Finding[]> {
  let system: string | undefined;
  try {
    system = await readSystemId(dataPath);
  } catch {
    // Nobody can say whose record is another's; the data directory has a finding of its own.
    return [];
  }
  const findings = await Promise.all(
    volumes.map(async ({ path }) => {
      const owner = await findOtherOwner(path, system, clock);
      if (owner === undefined) return [];
      const { host, pid, dataPath: data } = owner;
      return found('volume', VOLUME_FINDINGS.inUse, { path, host, pid, data });
    }),
  );
  return findings.flat();
}
