import type { EpochMs } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { CodecConfig } from '@vms/common/frame.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { CloseCause } from '@vms/format/index-line.ts';
import type { VolumeGate } from '../disk/volume-gate.ts';
import { PlaybackError } from '../playback-error.ts';
import type { Files } from './files.ts';
import { openRun, type RunFragment, type RunLocation, type RunReader } from './run-reader.ts';
import { startFragment } from './start-fragment.ts';

/** What playback asks of the catalogue. */
export interface RunCatalogue {
  /**
   * Runs that overlap [from, to), by start, at most `limit`. An open run has no end: it overlaps
   * whatever begins before `to` and ends after its start.
   */
  runsOverlapping(
    query: ArchiveRange & { readonly limit: number },
  ): Promise<readonly RunLocation[]>;
  run(camera: CameraId, id: string): Promise<RunLocation | undefined>;
}

/** A camera stream from an instant (inclusive) to another (exclusive). */
export interface ArchiveRange {
  readonly camera: CameraId;
  readonly stream: StreamName;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** From an instant (inclusive) to another (exclusive). */
export interface TimeRange {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** The part of a run that a range takes: fragments `first` to before `end`. */
export interface RunPart {
  readonly reader: RunReader;
  readonly first: number;
  readonly end: number;
  /** Nothing at or after this instant belongs to the part: the range's end, or the next run's start. */
  readonly until: EpochMs;
}

export interface ArchiveFragment {
  readonly reader: RunReader;
  readonly fragment: RunFragment;
}

export interface ArchiveDependencies {
  readonly catalogue: RunCatalogue;
  readonly files: Files;
  readonly gate: VolumeGate;
  readonly logger: Logger;
}

/** Runs that one range may touch: a camera that reconnects every seven seconds for four hours. */
export const MAX_RUNS_PER_RANGE = 2000;
/** Runs whose codec configurations are remembered. */
export const MAX_REMEMBERED_CONFIGURATIONS = 1024;
/** Milliseconds by which runs of one writer may overlap: pictures and sound before a first keyframe. */
export const MAX_OVERLAP_MS = 2_000;
/** Milliseconds that a writer may record again when it restarts: the longest group of pictures, twice. */
export const MAX_REPEATED_MS = 120_000;
/** Index lines keep 0.1 ms: half of that is "the same instant". */
const HALF_A_TICK_MS = 0.05;
/** Causes after which the same writer begins the next run. */
const FOLLOWED: ReadonlySet<CloseCause> = new Set(['hour', 'configuration', 'gap', 'clock-step']);

/**
 * What is recorded, as three primitives; playlists, export, reverse and fast play are views of them.
 * Where runs overlap (a writer that restarts repeats the last GOP), the later run counts from its
 * start on.
 */
export class Archive {
  readonly #deps: ArchiveDependencies;
  readonly #configurations = new Map<string, readonly CodecConfig[]>();

  constructor(deps: ArchiveDependencies) {
    this.#deps = deps;
  }

  /** First primitive: how what is recorded at an instant is encoded; undefined in a gap. */
  async codecConfigurationAt(
    camera: CameraId,
    stream: StreamName,
    instant: EpochMs,
  ): Promise<readonly CodecConfig[] | undefined> {
    const range = { camera, stream, from: instant, to: instant + 1 };
    for await (const { reader } of this.parts(range)) return await this.configuration(reader);
    return undefined;
  }

  /**
   * Second primitive: the fragments of a range in order, from the random access point on that
   * its first picture needs (startFragment). Readers are closed when the walk goes on.
   */
  async *fragments(range: ArchiveRange): AsyncGenerator<ArchiveFragment> {
    const linesAtOnce = 256;
    for await (const { reader, first, end } of this.parts(range)) {
      for (let at = first; at < end; at += linesAtOnce) {
        const count = Math.min(linesAtOnce, end - at);
        for (const fragment of await reader.fragments(at, count)) yield { reader, fragment };
      }
    }
  }

  /** Third primitive: the keyframes of a range that are at least `stepMs` apart. */
  async *keyframes(range: ArchiveRange, stepMs: number): AsyncGenerator<ArchiveFragment> {
    let due = Number.NEGATIVE_INFINITY;
    for await (const { reader, first, end } of this.parts(range)) {
      for await (const fragment of reader.keyframes(first)) {
        if (fragment.number >= end) break;
        if (fragment.wallClock + HALF_A_TICK_MS < due) continue;
        due = fragment.wallClock + stepMs;
        yield { reader, fragment };
      }
    }
  }

  /** The runs of a range with the fragments that each contributes. A run that is gone is passed over. */
  async *parts(range: ArchiveRange): AsyncGenerator<RunPart> {
    const runs = await this.#runsOf(range);
    for (const [index, location] of runs.entries()) {
      const until = Math.min(range.to, runs[index + 1]?.start ?? range.to);
      if (until <= location.start) continue;
      const reader = await this.#openIfReadable(location);
      if (reader === undefined) continue;
      try {
        const end = (await reader.fragmentAt(until - HALF_A_TICK_MS)) + 1;
        const first = await this.firstFragment(reader, range.from, end);
        if (first < end) yield { reader, first, end, until };
      } finally {
        await reader.close();
      }
    }
  }

  /**
   * Times of a range that were recorded twice because the clock was set back: `parts` gives the run that
   * begins later. What a writer repeats when it restarts is the same pictures again, and not among them.
   */
  async recordedTwice(range: ArchiveRange): Promise<TimeRange[]> {
    const runs = await this.#runsOf(range);
    const times: TimeRange[] = [];
    for (const [index, location] of runs.entries()) {
      const next = runs[index + 1]?.start ?? location.end;
      const overlapMs = location.end - next;
      if (overlapMs <= MAX_OVERLAP_MS) continue;
      const from = Math.max(range.from, next);
      const to = Math.min(range.to, location.end);
      if (from >= to) continue;
      if (overlapMs <= MAX_REPEATED_MS && !(await this.#wasFollowed(location))) continue;
      times.push({ from, to });
    }
    return times;
  }

  /** Whether the writer that wrote a run went on with another: then it repeated nothing. */
  async #wasFollowed(location: RunLocation): Promise<boolean> {
    const reader = await this.#openIfReadable(location);
    if (reader === undefined) return false;
    await reader.close();
    return reader.closeCause !== undefined && FOLLOWED.has(reader.closeCause);
  }

  async #runsOf(range: ArchiveRange): Promise<readonly RunLocation[]> {
    const limit = MAX_RUNS_PER_RANGE + 1;
    const runs = await this.#deps.catalogue.runsOverlapping({ ...range, limit });
    if (runs.length <= MAX_RUNS_PER_RANGE) return runs;
    throw new PlaybackError('playback.bad-range', {
      happened: `This time consists of over ${MAX_RUNS_PER_RANGE} pieces.`,
      remedy: 'Choose a shorter time.',
    });
  }

  /**
   * The fragment with which decoding begins for the picture at `from` to be whole; the first of all
   * where the run starts later, and `end` where the run was over before.
   */
  async firstFragment(reader: RunReader, from: EpochMs, end: number): Promise<number> {
    const at = await reader.fragmentAt(from + HALF_A_TICK_MS);
    if (at < 0) return 0;
    if (at === reader.fragmentCount - 1 && (await endedBefore(reader, at, from))) return end;
    return startFragment(reader, await this.configuration(reader), at, from + HALF_A_TICK_MS);
  }

  /** @throws PlaybackError `playback.not-found` */
  async open(camera: CameraId, runId: string): Promise<RunReader> {
    const location = await this.#deps.catalogue.run(camera, runId);
    if (location === undefined || location.camera !== camera) {
      throw new PlaybackError('playback.not-found', {
        happened: 'This recording does not exist.',
        remedy: 'It may have been deleted to make room; look at the time line again.',
      });
    }
    return openRun(location, this.#deps.files, this.#deps.gate);
  }

  /** Codec configurations of a run; remembered, since they never change. */
  async configuration(reader: RunReader): Promise<readonly CodecConfig[]> {
    const { id } = reader.location;
    const known = this.#configurations.get(id);
    if (known !== undefined) return known;
    const tracks = await reader.tracks();
    const oldest = this.#configurations.keys().next();
    if (this.#configurations.size >= MAX_REMEMBERED_CONFIGURATIONS && oldest.done === false) {
      this.#configurations.delete(oldest.value);
    }
    this.#configurations.set(id, tracks);
    return tracks;
  }

  async #openIfReadable(location: RunLocation): Promise<RunReader | undefined> {
    try {
      return await openRun(location, this.#deps.files, this.#deps.gate);
    } catch (error) {
      if (!(error instanceof PlaybackError) || error.code === 'playback.volume-busy') throw error;
      const { id: run, camera } = location;
      this.#deps.logger.warn({ run, camera, reason: messageOf(error) }, 'A run is passed over');
      return undefined;
    }
  }
}

/** Whether the run's last fragment was over before `from`. */
async function endedBefore(reader: RunReader, last: number, from: EpochMs): Promise<boolean> {
  const [fragment] = await reader.fragments(last, 1);
  return fragment === undefined || endOfFragment(fragment) <= from;
}

/** Milliseconds for which a picture is shown that has no other beside it to tell. */
export const LONE_PICTURE_MS = 40;

/**
 * When the display of a run's last fragment ends: the index keeps the time of its last frame, to
 * which one frame's time is added, as long as its other frames are apart.
 */
export function endOfFragment(fragment: RunFragment): EpochMs {
  const apart = fragment.frames > 1 ? fragment.duration / (fragment.frames - 1) : LONE_PICTURE_MS;
  return fragment.wallClock + fragment.duration + apart;
}
