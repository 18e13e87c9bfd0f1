import { VmsError } from '@vms/common/errors.ts';

export type MediaLinkErrorCode =
  | 'medialink.protocol'
  | 'medialink.too-large'
  | 'medialink.unauthorized'
  | 'medialink.version'
  | 'medialink.address-in-use';

/** What can go wrong between two ends of the media link. */
export class MediaLinkError extends VmsError<MediaLinkErrorCode> {}
