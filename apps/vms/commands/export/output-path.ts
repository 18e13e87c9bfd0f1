import { statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { EXPORT_FORMATS, type ExportFormat } from '@vms/storage/export/export-recording.ts';
import { CliError } from '../../cli-error.ts';
import { EXPORT_TEXTS } from './export-texts.ts';

/** Characters of a camera's name that go into the name of a file. */
const MAX_NAME_CHARACTERS = 60;
/** What Windows, which may read the disk, allows in no name of a file. */
const NOT_IN_NAMES = /[\\/:*?"<>|\p{Cc}\p{Cf}]+/gu;

/** The format that is asked for, or that the name of the file says. @throws CliError `cli.usage` */
export function formatOf(options: {
  readonly format: string | undefined;
  readonly out: string | undefined;
}): ExportFormat {
  const { format, out } = options;
  const said = EXPORT_FORMATS.find((each) => each === format);
  const extension = extname(out ?? '')
    .slice(1)
    .toLowerCase();
  const named = EXPORT_FORMATS.find((each) => each === extension);
  if (said !== undefined && named !== undefined && said !== named) {
    throw new CliError('cli.usage', EXPORT_TEXTS.otherExtension, {
      values: { format: said, file: basename(out ?? '') },
    });
  }
  return said ?? named ?? 'mp4';
}

/** Where to write: the file that is named, else one called by camera and time in the folder. */
export function pathOf(
  out: string | undefined,
  format: ExportFormat,
  cameraName: string,
  time: string,
): string {
  if (out !== undefined && statSync(out, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return resolve(out);
  }
  const name = [...cameraName.replaceAll(NOT_IN_NAMES, '_').trim()]
    .slice(0, MAX_NAME_CHARACTERS)
    .join('')
    .replace(/^[.-]/, '_');
  const file = `${name || 'camera'} ${time.replaceAll(':', '-')}.${format}`;
  return join(resolve(out ?? '.'), file.replaceAll(' ', '_'));
}
