import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBusHub } from '@vms/bus/hub.ts';
import { systemClock } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { DatabaseError } from '@vms/database/database-error.ts';
import { VOLUME_IDENTITY_FILE } from '@vms/format/paths.ts';
import { parseVolumeIdentity } from '@vms/format/volume-identity.ts';
import { Catalogue } from '@vms/storage/catalogue/catalogue.ts';
import { type CheckReport, checkVolume } from '@vms/storage/catalogue/check.ts';
import { putAside } from '@vms/storage/catalogue/open-catalogue.ts';
import { reindexVolume } from '@vms/storage/catalogue/reindex.ts';
import { systemDisk } from '@vms/storage/disk/disk.ts';
import { CATALOGUE_FILE } from '@vms/storage/service.ts';
import { CliError, EXIT } from '../../cli-error.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { makeRunDirectory } from '../../config/run-directory.ts';
import { findInstallation, type Installation } from '../installation.ts';
import { RECORDING_TEXTS } from './recording-texts.ts';

interface KnownVolume {
  readonly id: string;
  readonly path: string;
}

/** `vms check`: compares files, hashes and catalogue; changes nothing, also while it is recorded. */
export async function check(
  { options }: Invocation<'check'>,
  { environment, terminal }: CommandContext,
): Promise<number> {
  const installation = findInstallation(options, environment);
  const path = cataloguePath(installation);
  const catalogue = existsSync(path) ? await Catalogue.open(path, systemClock) : undefined;
  if (catalogue === undefined) terminal.say(RECORDING_TEXTS.noCatalogue, { path });
  const volumes: object[] = [];
  let errors = 0;
  try {
    for (const volume of volumesOf(installation)) {
      const rows = await catalogue?.runsOfVolume(volume.id);
      const report = checkVolume({ disk: systemDisk, volume: volume.path, rows });
      const found = tellReport(volume.path, report, terminal);
      errors += found;
      volumes.push({ id: volume.id, path: volume.path, errors: found, ...report });
    }
  } finally {
    await catalogue?.close();
  }
  terminal.result({ errors, volumes });
  return errors === 0 ? EXIT.ok : EXIT.failure;
}

/** Gives the errors among what was found. */
function tellReport(path: string, report: CheckReport, terminal: Terminal): number {
  const { runs, fragments, bytes, findings, moreFindings } = report;
  for (const { severity, path: where, text } of findings) {
    terminal.say(severity === 'error' ? RECORDING_TEXTS.error : RECORDING_TEXTS.note, {
      path: where,
      text,
    });
  }
  if (moreFindings > 0) terminal.say(RECORDING_TEXTS.more, { count: moreFindings });
  const errors = findings.filter(({ severity }) => severity === 'error').length + moreFindings;
  const line = errors === 0 ? RECORDING_TEXTS.checked : RECORDING_TEXTS.checkedWrong;
  terminal.say(line, { path, runs, fragments, bytes, errors });
  return errors;
}

/** `vms reindex`: rebuilds the catalogue from the files, while the system is stopped. */
export async function reindex(
  { options }: Invocation<'reindex'>,
  { environment, terminal }: CommandContext,
): Promise<number> {
  const installation = findInstallation(options, environment);
  const volumes = volumesOf(installation);
  const done: object[] = [];
  makeRunDirectory(installation.run);
  // Holding the hub keeps the system from starting, and fails where it runs.
  const hub = await startBusHub({
    path: installation.run.busSocket,
    clock: systemClock,
    logger: silentLogger,
  });
  try {
    const catalogue = await openOrReplace(cataloguePath(installation), terminal);
    try {
      for (const volume of volumes) {
        const { runs, skipped } = await reindexVolume(systemDisk, catalogue, volume);
        for (const text of skipped) terminal.say(RECORDING_TEXTS.skipped, { text });
        terminal.say(RECORDING_TEXTS.indexed, { path: volume.path, runs });
        done.push({ ...volume, runs, skipped });
      }
    } finally {
      await catalogue.close();
    }
  } finally {
    await hub.close();
  }
  terminal.result({ volumes: done });
  return EXIT.ok;
}

function cataloguePath({ configuration }: Installation): string {
  return join(configuration.storage.dataPath, CATALOGUE_FILE);
}

/** A catalogue that cannot be opened is put aside: it holds nothing that the files do not. */
async function openOrReplace(path: string, terminal: Terminal): Promise<Catalogue> {
  try {
    return await Catalogue.open(path, systemClock);
  } catch (error) {
    const isNewer = error instanceof DatabaseError && error.code === 'database.newer-schema';
    if (isNewer || !existsSync(path)) throw error;
    terminal.say(RECORDING_TEXTS.putAside, { path: putAside(path, systemClock) });
    return Catalogue.open(path, systemClock);
  }
}

function volumesOf({ configuration }: Installation): KnownVolume[] {
  return configuration.storage.volumes.map(({ path }) => {
    const file = join(path, VOLUME_IDENTITY_FILE);
    try {
      return { id: parseVolumeIdentity(readFileSync(file, 'utf8'), path).id, path };
    } catch (cause) {
      throw new CliError('data.volume-missing', RECORDING_TEXTS.volumeMissing, {
        cause,
        values: { path, reason: messageOf(cause) },
      });
    }
  });
}
