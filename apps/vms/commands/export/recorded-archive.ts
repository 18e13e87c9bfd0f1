import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { VOLUME_IDENTITY_FILE } from '@vms/format/paths.ts';
import { parseVolumeIdentity } from '@vms/format/volume-identity.ts';
import { Catalogue } from '@vms/storage/catalogue/catalogue.ts';
import { VolumeGate } from '@vms/storage/disk/volume-gate.ts';
import { Archive } from '@vms/storage/playback/archive.ts';
import { systemFiles } from '@vms/storage/playback/files.ts';
import { playbackCatalogue } from '@vms/storage/playback-catalogue.ts';
import { CATALOGUE_FILE } from '@vms/storage/service.ts';
import { CliError } from '../../cli-error.ts';
import type { Installation } from '../installation.ts';
import { EXPORT_TEXTS } from './export-texts.ts';

/**
 * What is recorded on the volumes of an installation, also while it records: the catalogue and the
 * files are only read.
 * @throws CliError `export.no-catalogue`
 */
export async function withArchive<Result>(
  { configuration }: Installation,
  use: (archive: Archive) => Promise<Result>,
): Promise<Result> {
  const { dataPath, volumes } = configuration.storage;
  const path = join(dataPath, CATALOGUE_FILE);
  if (!existsSync(path)) {
    throw new CliError('export.no-catalogue', EXPORT_TEXTS.noCatalogue, { values: { path } });
  }
  const paths = new Map(volumes.flatMap((volume) => identified(volume.path)));
  const catalogue = await Catalogue.open(path, systemClock);
  try {
    const archive = new Archive({
      catalogue: playbackCatalogue(catalogue, (id) => paths.get(id)),
      files: systemFiles,
      gate: new VolumeGate(systemClock),
      logger: silentLogger,
    });
    return await use(archive);
  } finally {
    await catalogue.close();
  }
}

/** Id and path of a volume; none where it is not there: what is on the others can be had. */
function identified(path: string): [string, string][] {
  try {
    const text = readFileSync(join(path, VOLUME_IDENTITY_FILE), 'utf8');
    return [[parseVolumeIdentity(text, path).id, path]];
  } catch {
    return [];
  }
}
