import type { EpochMs } from '@vms/common/clock.ts';

/** A segment as the playlist tells of it. */
export interface PlaylistSegment {
  readonly uri: string;
  readonly start: EpochMs;
  readonly durationMs: number;
  /** Address of the initialization segment that it needs. */
  readonly map: string;
  /** Its times or its configuration do not join on to the segment before. */
  readonly discontinuity: boolean;
  /** First of its run: its wall clock is said. */
  readonly runStart: boolean;
  readonly independent: boolean;
}

export interface PlaylistInput {
  /** At least one. */
  readonly segments: readonly PlaylistSegment[];
  /** Where play should begin: the start of the range asked for. */
  readonly from: EpochMs;
}

/**
 * A VOD media playlist of fMP4 segments (RFC 8216, version 7): EXT-X-MAP where the configuration
 * changes, EXT-X-DISCONTINUITY there and at gaps, EXT-X-PROGRAM-DATE-TIME at the start of every run.
 */
export function encodePlaylist({ segments, from }: PlaylistInput): string {
  // RFC 8216 §4.3.3.1: no duration, as printed and then rounded to whole seconds, is over the target.
  let target = 1;
  for (const { durationMs } of segments) {
    target = Math.max(target, Math.round(Math.round(durationMs) / 1000));
  }
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${target}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
  ];
  if (segments.every((segment) => segment.independent)) lines.push('#EXT-X-INDEPENDENT-SEGMENTS');
  const first = segments[0]?.start ?? from;
  if (from > first) {
    lines.push(`#EXT-X-START:TIME-OFFSET=${((from - first) / 1000).toFixed(3)},PRECISE=YES`);
  }
  let map: string | undefined;
  for (const segment of segments) {
    if (segment.discontinuity) lines.push('#EXT-X-DISCONTINUITY');
    if (segment.map !== map) lines.push(`#EXT-X-MAP:URI="${segment.map}"`);
    map = segment.map;
    if (segment.runStart || segment.discontinuity) {
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(Math.round(segment.start)).toISOString()}`);
    }
    lines.push(`#EXTINF:${(segment.durationMs / 1000).toFixed(3)},`, segment.uri);
  }
  lines.push('#EXT-X-ENDLIST', '');
  return lines.join('\n');
}
