import { randomBytes } from 'node:crypto';

/** Opaque camera id: `cam_` and 16 characters of lower-case base 32. Safe in paths and URLs. */
export type CameraId = string & { readonly __brand: 'CameraId' };

/** Which of a camera's streams: the full one, or the small one for grids and analytics. */
export type StreamName = 'main' | 'sub';

/** Random bytes for ids; injected so that tests are repeatable. */
export type RandomBytes = (count: number) => Uint8Array;

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_CHARACTERS = 16;
const CAMERA_ID = /^cam_[a-z2-7]{16}$/;

/** A new opaque id `<prefix>_<16 base-32 characters>`, 80 random bits. */
export function newId(prefix: string, random: RandomBytes = randomBytes): string {
  const bytes = random(ID_CHARACTERS);
  let id = `${prefix}_`;
  for (let i = 0; i < ID_CHARACTERS; i++) id += BASE32.charAt((bytes[i] ?? 0) & 31);
  return id;
}

export function newCameraId(random: RandomBytes = randomBytes): CameraId {
  return newId('cam', random) as CameraId;
}

export function isCameraId(text: string): text is CameraId {
  return CAMERA_ID.test(text);
}
