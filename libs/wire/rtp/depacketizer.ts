import type { CodecConfig } from '@vms/common/frame.ts';
import type { QuirkId } from '../rtsp/quirks.ts';

/**
 * One access unit of video, or one frame of audio. The object itself is used again for the next one:
 * read its fields during the call. The payload may be kept, and is never written to again.
 */
export interface AccessUnit {
  /** RTP timestamp, unsigned 32 bits, in units of the track's clock rate. */
  readonly timestamp: number;
  /** As `Frame.payload` in libs/common/frame.ts. Parameter sets and delimiters are taken out. */
  readonly payload: Uint8Array;
  readonly keyframe: boolean;
  /** The same object until the configuration changes. */
  readonly config: CodecConfig;
  /** Packets missing since the access unit before; more than 0 means a discontinuity. */
  readonly lost: number;
}

/** Who takes what a depacketizer makes. */
export interface AccessUnitSink {
  onAccessUnit(unit: AccessUnit): void;
  /** A peculiarity was met and tolerated; called once for each and track. */
  onQuirk?(quirk: QuirkId): void;
  /** The track is encrypted, and none of many packets fits the keys; called once. */
  onUnverifiable?(): void;
}

/** Counts since the depacketizer was made. */
export interface DepacketizerStatistics {
  readonly packets: number;
  /** RTP packets with their headers. */
  readonly bytes: number;
  /** Packets that the sequence numbers say were sent and never came. */
  readonly lostPackets: number;
  /** Packets seen before, or too late. */
  readonly duplicatePackets: number;
  /** Packets of another SSRC or payload type. */
  readonly foreignPackets: number;
  /** Packets, or parts of them, that the payload format does not allow. */
  readonly malformedPackets: number;
  /** NAL units, or packets of them, that are not of the coding that is described. */
  readonly foreignUnits: number;
  /** Packets of SRTP that the keys do not fit. */
  readonly unverifiedPackets: number;
  readonly accessUnits: number;
  /** Access units with a gap or with broken contents. */
  readonly droppedAccessUnits: number;
  /** Access units that were dropped because they are longer than the limit. */
  readonly oversizedAccessUnits: number;
  /** Access units thrown away because their parameter sets have not come yet. */
  readonly awaitingConfiguration: number;
}

/** Turns the RTP packets of one track into access units. */
export interface Depacketizer {
  /** Takes one whole RTP packet, header included: bytes `start` to `end` of `buffer`, read during the call only. */
  push(buffer: Uint8Array, start: number, end: number): void;
  /** Nothing follows: an access unit that waited for the packet behind it is given away. */
  end(): void;
  readonly statistics: DepacketizerStatistics;
  /** For receiver reports; undefined before the first packet. */
  readonly reception: Reception | undefined;
}

/** What a receiver report tells of a source (RFC 3550 §6.4.1). */
export interface Reception {
  readonly ssrc: number;
  /** Extended highest sequence number received, 32 bits. */
  readonly extendedHighest: number;
  /** Packets that should have come. */
  readonly expected: number;
  /** Packets of them that did not. */
  readonly lost: number;
}
