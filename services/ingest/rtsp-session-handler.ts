import type { AccessUnit } from '@vms/wire/rtp/depacketizer.ts';
import type { QuirkId } from '@vms/wire/rtsp/quirks.ts';
import type { MediaTrack } from '@vms/wire/sdp/session-description.ts';
import type { IngestError } from './ingest-error.ts';

/** Who takes what a session brings. */
export interface RtspSessionHandler {
  /** The tracks that will come, by position; called once, before the first access unit. */
  onTracks(tracks: readonly MediaTrack[]): void;
  /** `track` is the position in {@link RtspSession.tracks}. The unit is read during the call. */
  onAccessUnit(track: number, unit: AccessUnit): void;
  /** A peculiarity of the camera was met and tolerated; once each and session. */
  onQuirk(quirk: QuirkId): void;
  /** The session has ended; nothing follows. Not called by `close`. */
  onEnded(error: IngestError): void;
}

/** Counts of one session that are not of a track. */
export interface RtspSessionStatistics {
  /** Bytes from the socket. */
  readonly receivedBytes: number;
  /** Packets on channels that belong to nothing that was set up. */
  readonly unassignedPackets: number;
  /** How often bytes had to be skipped because the framing was lost. */
  readonly lostFramings: number;
  readonly unansweredKeepAlives: number;
}
