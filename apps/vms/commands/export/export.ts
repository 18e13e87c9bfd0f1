import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemClock } from '@vms/common/clock.ts';
import { VERSION } from '@vms/common/version.ts';
import { type ExportRequest, exportRecording } from '@vms/storage/export/export-recording.ts';
import { bytesOfRange } from '@vms/storage/export/recorded-frames.ts';
import type { Archive } from '@vms/storage/playback/archive.ts';
import { CliError, EXIT } from '../../cli-error.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { bytesText } from '../../language/number-text.ts';
import { findInstallation } from '../installation.ts';
import { describeExport, gapsOf, tellExport } from './describe-export.ts';
import { EXPORT_TEXTS } from './export-texts.ts';
import { formatOf, pathOf } from './output-path.ts';
import { readRange } from './read-range.ts';
import { withArchive } from './recorded-archive.ts';
import { whichCamera } from './which-camera.ts';
import { zonedText } from './zoned-time.ts';

/** What the file takes beside what is read: tables, and sound that becomes FLAC. */
const SPACE_FACTOR = 1.1;
const SPACE_SPARE_BYTES = 16_000_000;
/** Milliseconds between two looks at the progress. */
const PROGRESS_MS = 200;

/** `vms export`: straight from the recordings on disk. */
export async function exportCommand(
  { words, options }: Invocation<'export'>,
  { environment, terminal }: CommandContext,
): Promise<number> {
  const [asked = ''] = words;
  const format = formatOf(options);
  const installation = findInstallation(options, environment);
  const camera = await whichCamera(installation, asked);
  const range = readRange(options, camera.timeZone, systemClock.now());
  const path = pathOf(options.out, format, camera.name, zonedText(range.from, range.zone));
  if (existsSync(path)) {
    throw new CliError('export.exists', EXPORT_TEXTS.exists, { values: { path } });
  }
  const request: ExportRequest = {
    ...{ camera: camera.id, from: range.from, to: range.to, format, path },
    stream: options.stream === 'sub' ? 'sub' : 'main',
    tags: { TITLE: camera.name, VMS_CAMERA: camera.id, VMS_VERSION: VERSION },
  };
  const report = await withArchive(installation, async (archive) => {
    const total = await bytesOfRange(archive, request);
    await checkSpace(path, total, terminal);
    return write(archive, request, total, terminal);
  });
  const exported = { camera, range, format, report, gaps: gapsOf(range, report) };
  if (report.files.length === 0) {
    const { from, to, zone } = range;
    const times = { from: zonedText(from, zone), to: zonedText(to, zone), zone };
    throw new CliError('export.nothing-recorded', EXPORT_TEXTS.nothingRecorded, {
      values: { camera: camera.name, ...times },
    });
  }
  tellExport(exported, terminal);
  terminal.result(describeExport(exported));
  return EXIT.ok;
}

async function write(archive: Archive, request: ExportRequest, total: number, terminal: Terminal) {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.on('SIGINT', abort).on('SIGTERM', abort);
  let shownAt = Number.NEGATIVE_INFINITY;
  try {
    return await exportRecording(archive, request, {
      random: randomBytes,
      signal: stop.signal,
      onProgress(bytes) {
        const now = systemClock.monotonic();
        if (now - shownAt < PROGRESS_MS) return;
        shownAt = now;
        terminal.progress(progressText(bytes, total, terminal));
      },
    });
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort);
  }
}

function progressText(bytes: number, total: number, terminal: Terminal): string {
  const { language } = terminal;
  const percent = Math.min(100, Math.floor((bytes / Math.max(1, total)) * 100));
  const [done, of] = [bytesText(bytes, language), bytesText(total, language)];
  return terminal.in(EXPORT_TEXTS.progress, { percent, done, total: of });
}

/** @throws CliError `export.no-space` */
async function checkSpace(path: string, bytes: number, { language }: Terminal): Promise<void> {
  const folder = dirname(path);
  const needed = bytes * SPACE_FACTOR + SPACE_SPARE_BYTES;
  // A folder that is not there is told of when the file is made.
  const space = await statfs(folder).catch(() => undefined);
  const free = space === undefined ? Number.POSITIVE_INFINITY : space.bavail * space.bsize;
  if (free >= needed) return;
  throw new CliError('export.no-space', EXPORT_TEXTS.noSpace, {
    values: { folder, needed: bytesText(needed, language), free: bytesText(free, language) },
  });
}
