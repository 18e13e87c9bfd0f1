/**
 * How a search for a camera's streams ended. Where a word is one of CAMERA_STATES it means the same.
 */
export const SEARCH_OUTCOMES = [
  'found',
  /** The camera wants a user name and a password, and none were given. */
  'password-needed',
  'wrong-password',
  /** Nothing answers at the address, or not on a port of RTSP. */
  'unreachable',
  'address-blocked',
  /** Something answers that is no camera stream. */
  'not-rtsp',
  /** The camera lets nobody in right now, or not this user. */
  'refused',
  /** A camera answers, and has a stream under none of the paths that are known. */
  'no-known-stream',
  /** The address cannot be used, or the camera's answers cannot. */
  'error',
] as const;
export type SearchOutcome = (typeof SEARCH_OUTCOMES)[number];

/** What a stream of a camera is for: `sub` is the small one, for grids and browsers. */
export const STREAM_ROLES = ['main', 'sub'] as const;
export type StreamRole = (typeof STREAM_ROLES)[number];
