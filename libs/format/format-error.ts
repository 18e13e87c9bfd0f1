import { VmsError } from '@vms/common/errors.ts';

/** Every code that libs/format raises; stable, since clients translate them. */
export const FORMAT_ERROR_CODES = [
  /** Made by a newer version of the program. Nothing is touched. */
  'format.newer-version',
  /** Bytes that are not what the recording format allows. */
  'format.malformed',
  /** A value that the format cannot carry, or a named bound of ours reached. */
  'format.out-of-range',
] as const;
export type FormatErrorCode = (typeof FORMAT_ERROR_CODES)[number];

/** What libs/format raises about recordings at rest. */
export class FormatError extends VmsError<FormatErrorCode> {}
