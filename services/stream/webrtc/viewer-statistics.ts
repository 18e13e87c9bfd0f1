/** Why a picture did not go to a viewer. */
export const DROP_REASONS = ['behind', 'socket-full', 'before-keyframe'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** Counts of one viewer; plain fields, since they are touched for each packet. */
export class ViewerStatistics {
  packets = 0;
  bytes = 0;
  frames = 0;
  retransmissions = 0;
  /** Requests of a keyframe that were answered with the cached pictures. */
  repeats = 0;
  readonly drops: Record<DropReason, number> = {
    behind: 0,
    'socket-full': 0,
    'before-keyframe': 0,
  };

  get droppedFrames(): number {
    return this.drops.behind + this.drops['socket-full'] + this.drops['before-keyframe'];
  }
}
