import type { EpochMs } from './clock.ts';
import type { CameraId } from './ids.ts';

/** Days that recordings of a camera may be kept. */
export const MAX_RETENTION_DAYS = 3650;

/** What a person understands of a camera's state. The web client translates each. */
export const CAMERA_STATES = [
  'connecting',
  'online',
  'no-frames',
  'unreachable',
  /** Its address is one that no camera may have: of this machine, of its cloud, of a tunnel, or of no single device. */
  'address-blocked',
  'wrong-password',
  'not-found',
  'not-rtsp',
  'codec-not-supported',
  'refused',
  'disabled',
  'error',
] as const;
export type CameraState = (typeof CAMERA_STATES)[number];

/** Whether frames of a track that a camera announced come. */
export const TRACK_DELIVERIES = [
  'receiving',
  /** Announced and asked for, and no frame has come in this session. */
  'nothing-yet',
  /** Frames came, and no longer do. */
  'stopped',
  /** Announced, and refused when it was asked for. */
  'refused',
  /** It is not supported, or another one of its kind is taken. */
  'not-requested',
] as const;
export type TrackDelivery = (typeof TRACK_DELIVERIES)[number];

/** How a camera is right now, as ingest sees it. */
export interface CameraStatus {
  readonly camera: CameraId;
  readonly state: CameraState;
  readonly since: EpochMs;
  /** Plain words in English: what happened and what to do. No password ever. */
  readonly detail: string;
}

/** A camera as ingest and storage need it; the password is sealed (libs/auth/seal.ts). */
export interface CameraAssignment {
  readonly id: CameraId;
  readonly name: string;
  /** `rtsp:` or `rtsps:`, without user information. */
  readonly url: string;
  /** Address of its small stream, for grids and analytics; signed in to as the camera is. */
  readonly subUrl?: string | undefined;
  readonly username: string;
  readonly sealedPassword: string;
  readonly enabled: boolean;
  readonly demo: boolean;
  /** Days that its recordings are kept. */
  readonly retentionDays: number;
  /** Bytes that its recordings may take at most; undefined is no limit of its own. */
  readonly maxBytes: number | undefined;
}
