import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import {
  behaviourOf,
  CAMERA_FAULTS,
  type CameraFault,
  type FaultBehaviour,
} from './camera-fault.ts';
import { FrameLedger, type SentFrame } from './frame-ledger.ts';
import type { PreparedTrack } from './prepared-track.ts';

/** Name and password that a camera asks for. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A connection, as its camera sees it. */
export interface CameraConnection {
  /** Ends it in good order, as a camera does that shuts down. */
  close(): void;
  /** Ends it by a TCP reset. */
  reset(): void;
  writeGarbage(bytes: Uint8Array): void;
  renewNonce(): void;
}

/** A track of a camera and what was sent of it. */
export interface CameraTrack {
  readonly prepared: PreparedTrack;
  readonly ledger: FrameLedger;
}

/** A frame as a reader of the ledger sees it. */
export interface LedgerEntry extends SentFrame {
  readonly keyframe: boolean;
  /** As in {@link PreparedTrack}: of video the slices alone. */
  readonly bytes: number;
  readonly hash: string;
}

export interface SimulatedCameraOptions {
  readonly name: string;
  /** Path and query of its address, from the slash. */
  readonly path: string;
  readonly tracks: readonly PreparedTrack[];
  /** Undefined: anybody may look. */
  readonly credentials: Credentials | undefined;
  /** Frame of the clip at which its life begins. */
  readonly startFrame: number;
  /** How much later within a frame's time than other cameras its frames go out. */
  readonly phaseMs: number;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly onSent?: (camera: string, kind: 'video' | 'audio', entry: LedgerEntry) => void;
}

const GARBAGE_BYTES = 1500;

/** One camera: what it plays, what is wrong with it, who is connected, and what it has sent. */
export class SimulatedCamera {
  readonly name: string;
  readonly path: string;
  readonly tracks: readonly CameraTrack[];
  readonly credentials: Credentials | undefined;
  readonly connections = new Set<CameraConnection>();
  readonly phaseMs: number;
  readonly #options: SimulatedCameraOptions;
  readonly #bornAt: MonotonicMs;
  #fault: CameraFault = 'none';
  #frameFault: 'drop-frame' | 'lose-packet' | undefined;
  #held = false;
  #sessions = 0;
  #skippedFrames = 0;

  constructor(options: SimulatedCameraOptions) {
    this.name = options.name;
    this.path = options.path;
    this.tracks = options.tracks.map((prepared) => ({ prepared, ledger: new FrameLedger() }));
    this.credentials = options.credentials;
    this.phaseMs = options.phaseMs;
    this.#options = options;
    this.#bornAt = options.clock.monotonic();
  }

  /** Whether a request's URI is that of this camera, or of one of its tracks. */
  isAddressedBy(uri: string): boolean {
    const path = uri.replace(/^rtsps?:\/\/[^/]*/i, '');
    if (path === this.path || path.startsWith(`${this.path}/`)) return true;
    return !this.path.includes('?') && path.startsWith(`${this.path}?`);
  }

  get fault(): CameraFault {
    return this.#fault;
  }

  get behaviour(): FaultBehaviour {
    return behaviourOf(this.#fault);
  }

  get sends(): boolean {
    return !this.#held && this.behaviour.sends;
  }

  /** Frames left out because a client was too slow or the camera paused, all sessions together. */
  get skippedFrames(): number {
    return this.#skippedFrames;
  }

  countSkipped(): void {
    this.#skippedFrames++;
  }

  /** A number for a new session, from 1. */
  nextSession(): number {
    this.#sessions++;
    return this.#sessions;
  }

  /** Begins a fault, or ends it with `none`. What happens once leaves the state as it is. */
  setFault(fault: CameraFault): void {
    const behaviour = CAMERA_FAULTS[fault];
    if (!('once' in behaviour)) this.#fault = fault;
    if (fault === 'drop-frame' || fault === 'lose-packet') this.#frameFault = fault;
    for (const connection of [...this.connections]) {
      if (behaviour.connections === 'reset') connection.reset();
      if (fault === 'garbage') connection.writeGarbage(this.#options.random(GARBAGE_BYTES));
      if (fault === 'new-nonce') connection.renewNonce();
    }
  }

  /** Sends no new frame until {@link release}; nothing else changes. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
  }

  takeFrameFault(): 'drop-frame' | 'lose-packet' | undefined {
    const fault = this.#frameFault;
    this.#frameFault = undefined;
    return fault;
  }

  /**
   * The frame of the clip with which a new session begins: the last keyframe of the camera's life, so
   * that a client that comes back later sees a later picture.
   */
  currentKeyframe(): number {
    const video = this.tracks[0]?.prepared;
    if (video === undefined || video.frames.length === 0) return 0;
    const seconds = (this.#options.clock.monotonic() - this.#bornAt) / 1000;
    const lived = Math.floor((seconds * video.clockRate) / video.frameTicks);
    const current = (this.#options.startFrame + lived) % video.frames.length;
    return video.keyframes.findLast((keyframe) => keyframe <= current) ?? 0;
  }

  recordSent(
    track: CameraTrack,
    session: number,
    sent: Omit<SentFrame, 'index' | 'session'>,
  ): void {
    const { frame, rtpTimestamp, sentAt } = sent;
    const entry = track.ledger.record(session, frame, rtpTimestamp, sentAt);
    this.#options.onSent?.(this.name, track.prepared.kind, describe(track.prepared, entry));
  }

  /** What was sent of a track, from index `since` on, oldest first. */
  ledger(kind: 'video' | 'audio' = 'video', since = 0): LedgerEntry[] {
    const track = this.tracks.find(({ prepared }) => prepared.kind === kind);
    if (track === undefined) return [];
    return track.ledger.entries(since).map((entry) => describe(track.prepared, entry));
  }
}

function describe(prepared: PreparedTrack, sent: SentFrame): LedgerEntry {
  const frame = prepared.frames[sent.frame];
  return {
    ...sent,
    keyframe: frame?.keyframe ?? false,
    bytes: frame?.bytes ?? 0,
    hash: frame?.hash ?? '',
  };
}
