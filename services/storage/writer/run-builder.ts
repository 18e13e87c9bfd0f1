import type { EpochMs } from '@vms/common/clock.ts';
import type { Frame } from '@vms/common/frame.ts';
import { FragmentHasher, hashClosing } from '@vms/format/hash-chain.ts';
import { type CloseCause, encodeClosingLine, encodeFragmentLine } from '@vms/format/index-line.ts';
import {
  encodeRunHeader,
  hex,
  type RunHeader,
  type RunIdentity,
  runIdOf,
} from '@vms/format/run-header.ts';
import {
  type ClusterBlock,
  type CuePoint,
  encodeCluster,
  encodeTrailer,
  type FilePatch,
  TICKS_100US_PER_MS,
} from '@vms/media/matroska/muxer.ts';

export const WRITING_APP = 'VMS Enterprise';

/** Ticks that the last frame of a run is taken to last where nothing better is known: 40 ms. */
const LAST_FRAME_TICKS = 400;

/** One frame of a fragment, with what the run gave it. */
export interface FragmentFrame {
  readonly frame: Frame;
  readonly track: number;
  /** Since the run's DateUTC, 100 µs. */
  readonly tick: number;
}

/** A fragment ready to be written to both files. */
export interface EncodedFragment {
  readonly buffers: readonly Uint8Array[];
  readonly bytes: number;
  /** Its index line. */
  readonly line: string;
}

/** What closes a run, in the order in which it is written. */
export interface EncodedClosing {
  readonly trailer: Uint8Array;
  readonly patches: readonly FilePatch[];
  /** Only when trailer and patches are durable. */
  readonly line: Buffer;
}

const hasher = new FragmentHasher();

/**
 * Makes the bytes of one run: header, fragments, index lines, closing. Holds its hash chain and cues;
 * does no I/O and reads no clock.
 */
export class RunBuilder {
  readonly identity: RunIdentity;
  readonly id: string;
  readonly header: RunHeader;
  /** Bytes at the head of the file that a sync has confirmed; set by whoever syncs. */
  durableBytes = 0;
  /** Ticks between 1970 and the run's tick 0. */
  readonly #dateTicks: number;
  readonly #hasVideo: boolean;
  readonly #cues: CuePoint[] = [];
  #bytes: number;
  #hash: Uint8Array;
  #fragments = 0;
  #frames = 0;
  #lastTick = 0;

  constructor(identity: RunIdentity) {
    this.identity = identity;
    this.id = runIdOf(identity.segmentUid);
    this.header = encodeRunHeader(identity, WRITING_APP);
    this.#hasVideo = identity.tracks.some(({ kind }) => kind === 'video');
    this.#dateTicks = Math.round(identity.dateUtc * TICKS_100US_PER_MS);
    this.#bytes = this.header.matroska.headerBytes;
    this.#hash = this.header.hash;
  }

  /** Header and clusters so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Of the last fragment: what the next file chains from. */
  get hash(): Uint8Array {
    return this.#hash;
  }

  get fragments(): number {
    return this.#fragments;
  }

  get frames(): number {
    return this.#frames;
  }

  /** Presentation time of the last frame. */
  get end(): EpochMs {
    return this.identity.dateUtc + this.#lastTick / TICKS_100US_PER_MS;
  }

  /**
   * Adds a fragment behind what there is.
   *
   * @param frames at least one, in decode order, no two over 3.2 s apart.
   */
  add(frames: readonly FragmentFrame[]): EncodedFragment {
    let first = Number.POSITIVE_INFINITY;
    let last = 0;
    hasher.begin(this.#hash);
    for (const { frame, tick } of frames) {
      if (tick < first) first = tick;
      if (tick > last) last = tick;
      hasher.add({
        codec: frame.config.codec,
        keyframe: frame.keyframe,
        time: this.#dateTicks + tick,
        payload: frame.payload,
      });
    }
    const blocks: ClusterBlock[] = frames.map(({ frame, track, tick }) => ({
      track,
      relative: tick - first,
      keyframe: frame.keyframe,
      payload: frame.payload,
    }));
    const cluster = encodeCluster({ timestamp: first, blocks });
    const head = frames[0];
    if (head === undefined) throw new RangeError('A fragment holds a frame.');
    this.#hash = hasher.digest();
    const keyframe = head.frame.keyframe && (head.frame.config.kind === 'video' || !this.#hasVideo);
    const line = encodeFragmentLine({
      wallClock: (this.#dateTicks + head.tick) / TICKS_100US_PER_MS,
      duration: (last - head.tick) / TICKS_100US_PER_MS,
      offset: this.#bytes,
      length: cluster.bytes,
      frames: frames.length,
      keyframe,
      track: head.track,
      durable: this.durableBytes,
      hash: hex(this.#hash),
    });
    if (keyframe) {
      this.#cues.push({ time: head.tick, track: head.track, clusterOffset: this.#bytes });
    }
    this.#bytes += cluster.bytes;
    this.#fragments++;
    this.#frames += frames.length;
    if (last > this.#lastTick) this.#lastTick = last;
    return { buffers: cluster.iovecs, bytes: cluster.bytes, line };
  }

  close(cause: CloseCause): EncodedClosing {
    return encodeRunClosing({
      header: this.header,
      cues: this.#cues,
      cause,
      bytes: this.#bytes,
      lastTick: this.#lastTick,
      fragments: this.#fragments,
      frames: this.#frames,
      hash: this.#hash,
    });
  }
}

/** What is known of a run when it is closed, by its writer or by recovery. */
export interface RunSummary {
  readonly header: Pick<RunHeader, 'matroska' | 'index'>;
  readonly cues: readonly CuePoint[];
  readonly cause: CloseCause;
  /** Header and clusters. */
  readonly bytes: number;
  /** Latest presentation time, 100 µs since DateUTC. */
  readonly lastTick: number;
  readonly fragments: number;
  readonly frames: number;
  /** Of the last fragment. */
  readonly hash: Uint8Array;
}

/** Trailer, patches and closing line; the same bytes whoever closes the run. */
export function encodeRunClosing(run: RunSummary): EncodedClosing {
  const { matroska } = run.header;
  const trailer = encodeTrailer({
    layout: matroska,
    cues: run.cues,
    duration: run.lastTick + LAST_FRAME_TICKS,
    fileBytes: run.bytes,
  });
  const closed = Uint8Array.from(matroska.bytes);
  for (const patch of trailer.patches) closed.set(patch.bytes, patch.offset);
  const line = encodeClosingLine({
    cause: run.cause,
    wallClock: run.header.index.dateUtc + run.lastTick / TICKS_100US_PER_MS,
    offset: run.bytes,
    length: trailer.bytes.length,
    fragments: run.fragments,
    frames: run.frames,
    hash: hex(hashClosing(run.hash, closed, trailer.bytes)),
  });
  return { trailer: trailer.bytes, patches: trailer.patches, line };
}
