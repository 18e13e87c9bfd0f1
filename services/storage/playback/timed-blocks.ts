import type { EpochMs } from '@vms/common/clock.ts';
import { MediaError } from '@vms/media/errors.ts';
import { parseCluster } from '@vms/media/matroska/demuxer.ts';
import { type ClusterBlock, TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import type { RunFragment, RunReader } from './run-reader.ts';

/** A block with its presentation time, 100 µs since a time line's zero. */
export interface TimedBlock extends ClusterBlock {
  readonly time: number;
}

/**
 * Reads consecutive fragments of a run. Payloads are views of what was read.
 * @param origin wall clock of the time line's zero
 * @throws MediaError where file and index do not agree
 */
export async function readBlocks(
  reader: RunReader,
  fragments: readonly RunFragment[],
  origin: EpochMs,
): Promise<TimedBlock[]> {
  const first = fragments[0];
  const last = fragments.at(-1);
  if (first === undefined || last === undefined) return [];
  const bytes = await reader.bytes(first.offset, last.offset + last.length - first.offset);
  const zero = Math.round((reader.header.dateUtc - origin) * TICKS_100US_PER_MS);
  const blocks: TimedBlock[] = [];
  for (const fragment of fragments) {
    const cluster = parseCluster(bytes, fragment.offset - first.offset);
    if (first.offset + cluster.end !== fragment.offset + fragment.length) {
      throw new MediaError(
        'media.matroska',
        `Cluster ${fragment.number} is not as its index says.`,
      );
    }
    for (const block of cluster.blocks) {
      blocks.push({ ...block, time: zero + cluster.timestamp + block.relative });
    }
  }
  return blocks;
}
