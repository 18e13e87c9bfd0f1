import type { EpochMs } from '@vms/common/clock.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import type { CloseCause } from '@vms/format/index-line.ts';
import type { SystemIdentity } from '../volumes/volume-owner.ts';

/** A camera stream that a writer records, with where its chain stands as far as storage knows. */
export interface StreamAssignment {
  readonly camera: CameraId;
  readonly stream: StreamName;
  /** Of its last file on any volume; the writer takes the higher of this and its own files. */
  readonly fileNumber: number;
  /** Hexadecimal. */
  readonly lastHash: string;
}

/** From storage to its writer, by the channel that fork gives. */
export type ControlMessage =
  | {
      readonly type: 'start';
      /** Who writes to the volume from now on. */
      readonly system: SystemIdentity;
      /** Runs that the catalogue believes open, as paths below the volume. */
      readonly openRuns: readonly string[];
      readonly streams: readonly StreamAssignment[];
    }
  /** The complete list; what is missing in it is closed. */
  | { readonly type: 'assign'; readonly streams: readonly StreamAssignment[] }
  /** Space was made: try now. */
  | { readonly type: 'retry' }
  | { readonly type: 'stop' };

/** What storage learns of a run. */
export interface RunReport {
  readonly id: string;
  /** Below the volume. */
  readonly path: string;
  readonly camera: CameraId;
  readonly stream: StreamName;
  readonly fileNumber: number;
  readonly start: EpochMs;
  /** Presentation time of its last durable frame. */
  readonly end: EpochMs;
  readonly bytes: number;
  readonly fragments: number;
  readonly frames: number;
  readonly videoCodec: string;
  readonly audioCodec: string;
  readonly width: number;
  readonly height: number;
  /** Hexadecimal. */
  readonly previousHash: string;
  /** Hexadecimal; of its last durable fragment. */
  readonly lastHash: string;
}

/** One stream of an acknowledgement: everything up to here is durable. */
export interface Acknowledgement {
  readonly run: string;
  readonly camera: CameraId;
  readonly stream: StreamName;
  /** Frame.sequence of the last frame. */
  readonly sequence: number;
  /** Wall clock of the last frame (in decode order). */
  readonly wallClock: EpochMs;
  /** Presentation time of the run's last frame. */
  readonly end: EpochMs;
  /** Bytes of the file. */
  readonly bytes: number;
  /** In this file so far. */
  readonly fragments: number;
  readonly frames: number;
  /** Hexadecimal; of the last fragment. */
  readonly hash: string;
}

/** `recording`, or why not. */
export type WriterState = 'starting' | 'recording' | 'full' | 'missing' | 'failing' | 'in-use';

/** Why frames are not recorded. */
export type GapCause = 'slow-consumer' | 'link-lost' | 'no-keyframe' | 'configuration' | 'disk';

/** From the writer to storage. */
export type WriterMessage =
  /** Recovery is done; frames are taken from here on. */
  | {
      readonly type: 'ready';
      readonly recovery: RecoverySummary;
      readonly runs: readonly RunReport[];
      /** Paths, below the volume, of runs that were believed open and are not there. */
      readonly gone: readonly string[];
    }
  | { readonly type: 'opened'; readonly run: RunReport }
  | { readonly type: 'closed'; readonly run: RunReport; readonly cause: CloseCause }
  | {
      readonly type: 'acknowledged';
      readonly streams: readonly Acknowledgement[];
      /** Payload bytes that became durable. */
      readonly bytes: number;
      readonly fragments: number;
      /** Milliseconds from the arrival of the oldest frame to now. */
      readonly ageMs: number;
      /** Milliseconds that the sync took. */
      readonly syncMs: number;
    }
  /** Frames that are not recorded: dropped before the writer, or by it. */
  | {
      readonly type: 'gap';
      readonly camera: CameraId;
      readonly stream: StreamName;
      readonly cause: GapCause;
      readonly from: EpochMs;
      readonly to: EpochMs;
      readonly frames: number;
    }
  /** Others have deleted or changed an open file; a new one is begun. */
  | {
      readonly type: 'file-lost';
      readonly camera: CameraId;
      readonly stream: StreamName;
      readonly run: string;
      /** Below the volume. */
      readonly path: string;
      readonly file: 'run' | 'index';
      readonly how: 'missing' | 'replaced' | 'changed';
      /** From when on what was recorded may be gone: the run's start. */
      readonly from: EpochMs;
      readonly to: EpochMs;
    }
  | { readonly type: 'state'; readonly state: WriterState; readonly detail: string }
  /** Every second: that the writer's thread runs, and what waits. */
  | { readonly type: 'alive'; readonly pendingBytes: number; readonly linkUp: boolean }
  /** All files are closed; the process ends. */
  | { readonly type: 'stopped' };

/** What recovery did, for the log. */
export interface RecoverySummary {
  readonly examined: number;
  readonly closed: number;
  /** Fragments that were complete in a file but not in its index. */
  readonly indexed: number;
  /** Bytes of torn fragments that were cut. */
  readonly cutBytes: number;
  /** Files without a single fragment that were removed. */
  readonly removed: number;
  /** Files that could not be understood and were left as they are, in words. */
  readonly left: readonly string[];
  readonly elapsedMs: number;
}
