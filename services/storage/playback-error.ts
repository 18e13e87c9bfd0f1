import { VmsError } from '@vms/common/errors.ts';

/** Every code that playback raises; stable, since clients translate them. */
export const PLAYBACK_ERROR_CODES = [
  /** The token does not allow this. */
  'playback.not-allowed',
  /** The address is none that a playlist gives. */
  'playback.bad-address',
  /** Over MAX_PLAYBACK_MS, over MAX_RUNS_PER_PLAYLIST, or empty. */
  'playback.bad-range',
  /** Nothing is recorded in the range. */
  'playback.nothing-recorded',
  /** The recording, or the part of it, is not there (any more). */
  'playback.not-found',
  /** The byte range of a download lies beyond its end. */
  'playback.range-not-satisfiable',
  /** The volume answers too slowly, or not at all. */
  'playback.volume-busy',
  /** Too many answers are under way: memory is bounded. */
  'playback.too-many-requests',
  /** A file or an index is not what the format says. */
  'playback.unreadable',
] as const;
export type PlaybackErrorCode = (typeof PLAYBACK_ERROR_CODES)[number];

/** What playback raises on purpose. */
export class PlaybackError extends VmsError<PlaybackErrorCode> {}
