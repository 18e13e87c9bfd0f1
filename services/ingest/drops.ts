import type { DepacketizerStatistics } from '@vms/wire/rtp/depacketizer.ts';
import type { FrameCounters } from './session-frames.ts';

/** Why something that a camera sent did not become a frame, or did not come at all. */
export const DROP_REASONS = [
  'lost-packets',
  'broken-access-unit',
  'awaiting-configuration',
  'before-keyframe',
  'too-large',
  'malformed-packet',
  'foreign-packet',
  'duplicate-packet',
  'unassigned-channel',
  'framing',
] as const;
export type DropReason = (typeof DROP_REASONS)[number];
export type Drops = Record<DropReason, number>;

export function noDrops(): Drops {
  const drops: Partial<Drops> = {};
  for (const reason of DROP_REASONS) drops[reason] = 0;
  return drops as Drops;
}

/** Adds what a track's depacketizer counted. */
export function addTrackDrops(drops: Drops, statistics: DepacketizerStatistics): void {
  drops['lost-packets'] += statistics.lostPackets;
  drops['broken-access-unit'] += statistics.droppedAccessUnits;
  drops['too-large'] += statistics.oversizedAccessUnits;
  drops['malformed-packet'] += statistics.unverifiedPackets;
  drops['awaiting-configuration'] += statistics.awaitingConfiguration;
  drops['malformed-packet'] += statistics.malformedPackets;
  drops['foreign-packet'] += statistics.foreignPackets + statistics.foreignUnits;
  drops['duplicate-packet'] += statistics.duplicatePackets;
}

/** Adds what was left out after the depacketizer. */
export function addFrameDrops(drops: Drops, counters: FrameCounters): void {
  drops['before-keyframe'] += counters.beforeKeyframe;
  drops['too-large'] += counters.tooLarge;
}
