import type { DepacketizerStatistics } from './depacketizer.ts';

/** Counters behind `Depacketizer.statistics`. */
export class MutableStatistics implements DepacketizerStatistics {
  packets = 0;
  bytes = 0;
  lostPackets = 0;
  duplicatePackets = 0;
  foreignPackets = 0;
  malformedPackets = 0;
  foreignUnits = 0;
  unverifiedPackets = 0;
  accessUnits = 0;
  droppedAccessUnits = 0;
  oversizedAccessUnits = 0;
  awaitingConfiguration = 0;
}
