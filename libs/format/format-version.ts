import { FormatError } from './format-error.ts';

/**
 * Version of the recording format: run files, their index, and the volume's identity file. It grows
 * only when a reader of the version before would misread or damage what the new one wrote; a new
 * field that old readers may ignore does not raise it.
 */
export const FORMAT_VERSION = 1;

/**
 * Refuses what a newer version of the program made, before anything of it is touched.
 *
 * @param what for the message, for instance `The volume /srv/video`.
 * @throws FormatError `format.newer-version`, or `format.malformed` where it is no version at all.
 */
export function checkFormatVersion(what: string, version: unknown): void {
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    throw new FormatError('format.malformed', `${what} has no readable format version.`);
  }
  if (version > FORMAT_VERSION) {
    throw new FormatError('format.newer-version', {
      happened: `${what} was made by a newer version of the program (format ${version}; this one knows ${FORMAT_VERSION}).`,
      kept: 'Nothing in it was touched.',
      remedy: 'Start the newer version of the program to use it.',
    });
  }
}
