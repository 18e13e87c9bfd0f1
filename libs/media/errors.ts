import { VmsError } from '@vms/common/errors.ts';

/** Every code that libs/media raises; stable, since clients translate them. */
export const MEDIA_ERROR_CODES = [
  /** Parameter sets or a codec configuration cannot be read, or some are missing. */
  'media.parameter-sets',
  /** A bit stream ends in the middle of a field. */
  'media.truncated',
  /** A codec or profile that the product does not support. */
  'media.unsupported',
  /** Bytes of a Matroska file are not what the format allows. */
  'media.matroska',
  /** Bytes of an ISO base media file are not what the format allows. */
  'media.isobmff',
  /** A value that the format to be written cannot carry, or a named bound of ours reached. */
  'media.out-of-range',
] as const;
export type MediaErrorCode = (typeof MEDIA_ERROR_CODES)[number];

/** What libs/media raises about bytes of media. */
export class MediaError extends VmsError<MediaErrorCode> {}
