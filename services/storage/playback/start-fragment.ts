import type { EpochMs } from '@vms/common/clock.ts';
import type { CodecConfig, VideoCodec } from '@vms/common/frame.ts';
import { MediaError } from '@vms/media/errors.ts';
import { parseCluster } from '@vms/media/matroska/demuxer.ts';
import { TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import { countsForRecovery, type RandomAccess, randomAccessOf } from '@vms/media/random-access.ts';
import type { RunFragment, RunReader } from './run-reader.ts';

/** Bytes that are read to find where gradual pictures become whole: over a minute at 4 Mbit/s. */
export const MAX_PREROLL_BYTES = 32 * 1024 * 1024;
/** Gradual random access points that are looked at, the nearest first. */
export const MAX_START_CANDIDATES = 8;

const CLOSED: RandomAccess = { kind: 'closed' };

/** A picture of the leading video track. */
interface Picture {
  readonly payload: Uint8Array;
  readonly time: EpochMs;
}

/**
 * The fragment with which decoding has to begin for the picture at `from` to be whole: the last random
 * access point at or before it, and with gradual ones the last whose pictures have all come by then. The
 * first fragment where there is none.
 *
 * @param at the last fragment that starts at or before `from`
 */
export async function startFragment(
  reader: RunReader,
  tracks: readonly CodecConfig[],
  at: number,
  from: EpochMs,
): Promise<number> {
  let bytesLeft = MAX_PREROLL_BYTES;
  let looked = 0;
  let start = 0;
  for await (const candidate of reader.keyframesBefore(at + 1)) {
    start = candidate.number;
    const config = tracks[candidate.track - 1];
    if (config?.kind !== 'video' || ++looked > MAX_START_CANDIDATES) return start;
    let left: number | undefined;
    for (let number = start; number <= at; number++) {
      const [fragment] = await reader.fragments(number, 1);
      if (fragment === undefined || fragment.length > bytesLeft) return start;
      bytesLeft -= fragment.length;
      for (const picture of await picturesOf(reader, fragment, candidate.track)) {
        if (left === undefined) {
          const access = randomAccessOf(config.codec, picture.payload) ?? CLOSED;
          if (access.kind !== 'gradual') return start;
          left = access.pictures;
        } else {
          left -= countOf(config.codec, picture);
        }
        if (left <= 0 && picture.time <= from) return start;
        if (picture.time > from) break;
      }
    }
  }
  return start;
}

function countOf(codec: VideoCodec, { payload }: Picture): number {
  return countsForRecovery(codec, payload) ? 1 : 0;
}

/** None where the cluster cannot be read: whoever plays it says so. */
async function picturesOf(
  reader: RunReader,
  { offset, length }: RunFragment,
  track: number,
): Promise<Picture[]> {
  const bytes = await reader.bytes(offset, length);
  try {
    const { blocks, timestamp } = parseCluster(bytes, 0);
    return blocks.flatMap(({ payload, relative, track: own }) => {
      const time = reader.header.dateUtc + (timestamp + relative) / TICKS_100US_PER_MS;
      return own === track ? [{ payload, time }] : [];
    });
  } catch (error) {
    if (error instanceof MediaError) return [];
    throw error;
  }
}
