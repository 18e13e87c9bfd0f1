import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { startBusHub } from '@vms/bus/hub.ts';
import { systemClock } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { DatabaseError } from '@vms/database/database-error.ts';
import { VOLUME_IDENTITY_FILE } from '@vms/format/paths.ts';
import { parseVolumeIdentity } from '@vms/format/volume-identity.ts';
import { Catalogue } from '@vms/storage/catalogue/catalogue.ts';
import { checkVolume } from '@vms/storage/catalogue/check.ts';
import { reindexVolume } from '@vms/storage/catalogue/reindex.ts';
import { systemDisk } from '@vms/storage/disk/disk.ts';
import { CATALOGUE_FILE } from '@vms/storage/service.ts';
import { CliError, EXIT } from '../cli-error.ts';
import type { CommandLine } from '../command-line.ts';
import type { Environment } from '../config/environment.ts';
import { makeRunDirectory } from '../config/run-directory.ts';
import type { Output } from '../launcher/log-output.ts';
import { findInstallation, type Installation } from './installation.ts';

interface KnownVolume {
  readonly id: string;
  readonly path: string;
}

/** `vms check`: compares files, hashes and catalogue; changes nothing, also while it is recorded. */
export async function check(
  line: CommandLine,
  environment: Environment,
  output: Output,
): Promise<number> {
  const installation = findInstallation(line, environment);
  const path = cataloguePath(installation);
  const catalogue = existsSync(path) ? await Catalogue.open(path, systemClock) : undefined;
  if (catalogue === undefined)
    output.say(`There is no catalogue at ${path}; files are checked alone.`);
  let errors = 0;
  try {
    for (const volume of volumesOf(installation)) {
      const rows = await catalogue?.runsOfVolume(volume.id);
      const report = checkVolume({ disk: systemDisk, volume: volume.path, rows });
      for (const { severity, path: where, text } of report.findings) {
        output.say(`${severity === 'error' ? 'ERROR' : 'note '}  ${where}: ${text}`);
      }
      if (report.moreFindings > 0) output.say(`… and ${report.moreFindings} more.`);
      const found = report.findings.filter(({ severity }) => severity === 'error').length;
      errors += found + report.moreFindings;
      output.say(
        `${volume.path}: ${report.runs} recordings, ${report.fragments} fragments, ${report.bytes} bytes read, ${found === 0 ? 'all in order' : `${found} errors`}.`,
      );
    }
  } finally {
    await catalogue?.close();
  }
  return errors === 0 ? EXIT.ok : EXIT.failure;
}

/** `vms reindex`: makes the catalogue anew from the files, while the system is stopped. */
export async function reindex(
  line: CommandLine,
  environment: Environment,
  output: Output,
): Promise<number> {
  const installation = findInstallation(line, environment);
  const volumes = volumesOf(installation);
  makeRunDirectory(installation.run);
  // Holding the hub keeps the system from starting, and fails where it runs.
  const hub = await startBusHub({
    path: installation.run.busSocket,
    clock: systemClock,
    logger: silentLogger,
  });
  try {
    const catalogue = await openOrReplace(cataloguePath(installation), output);
    try {
      for (const volume of volumes) {
        const { runs, skipped } = await reindexVolume(systemDisk, catalogue, volume);
        for (const text of skipped) output.say(`skipped  ${text}`);
        output.say(`${volume.path}: ${runs} recordings are in the catalogue.`);
      }
    } finally {
      await catalogue.close();
    }
  } finally {
    await hub.close();
  }
  return EXIT.ok;
}

function cataloguePath({ configuration }: Installation): string {
  return join(configuration.storage.dataPath, CATALOGUE_FILE);
}

/** A catalogue that cannot be opened is put aside: it holds nothing that the files do not. */
async function openOrReplace(path: string, output: Output): Promise<Catalogue> {
  try {
    return await Catalogue.open(path, systemClock);
  } catch (error) {
    const isNewer = error instanceof DatabaseError && error.code === 'database.newer-schema';
    if (isNewer || !existsSync(path)) throw error;
    const aside = `${path}.damaged-${Math.round(systemClock.now())}`;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
    }
    output.say(`The catalogue could not be opened and was put aside as ${aside}.`);
    return Catalogue.open(path, systemClock);
  }
}

function volumesOf({ configuration }: Installation): KnownVolume[] {
  return configuration.storage.volumes.map(({ path }) => {
    const file = join(path, VOLUME_IDENTITY_FILE);
    try {
      return { id: parseVolumeIdentity(readFileSync(file, 'utf8'), path).id, path };
    } catch (cause) {
      throw new CliError(
        'data.volume-missing',
        {
          happened: `The volume ${path} cannot be read: ${messageOf(cause)}.`,
          kept: 'Nothing was changed.',
          remedy: 'Mount its disk. A volume that was never recorded to has nothing to look at.',
        },
        { cause },
      );
    }
  });
}
