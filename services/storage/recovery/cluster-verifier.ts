import type { CodecConfig } from '@vms/common/frame.ts';
import { FragmentHasher } from '@vms/format/hash-chain.ts';
import type { FragmentLine } from '@vms/format/index-line.ts';
import { hex } from '@vms/format/run-header.ts';
import { type ParsedCluster, parseCluster } from '@vms/media/matroska/demuxer.ts';
import { readElementHead } from '@vms/media/matroska/ebml.ts';
import { ELEMENT } from '@vms/media/matroska/elements.ts';
import { encodeCluster, TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import type { Disk, FileDescriptor } from '../disk/disk.ts';
import { MAX_FRAGMENT_BYTES, MAX_FRAGMENT_FRAMES } from '../writer/bounds.ts';

/** Bytes of a cluster of ours: the largest fragment, or one larger frame, and its block heads. */
export const MAX_CLUSTER_BYTES = 2 * MAX_FRAGMENT_BYTES + MAX_FRAGMENT_FRAMES * 16;

/** Id and size of a cluster. */
const CLUSTER_HEAD_BYTES = 12;
const NAL_LENGTH_BYTES = 4;

/** What a cluster turned out to be. */
export interface VerifiedCluster {
  readonly length: number;
  readonly frames: number;
  /** Of the fragment, chained from the hash given. */
  readonly hash: Uint8Array;
  /** Of the first frame, 100 µs since DateUTC. */
  readonly firstTick: number;
  readonly lastTick: number;
  readonly keyframe: boolean;
  readonly track: number;
}

const hasher = new FragmentHasher();

/** Reads clusters of one run back and hashes them as its writer did. */
export class ClusterVerifier {
  readonly #disk: Disk;
  readonly #file: FileDescriptor;
  readonly #tracks: readonly CodecConfig[];
  readonly #dateTicks: number;
  readonly #hasVideo: boolean;
  readonly #head = Buffer.alloc(CLUSTER_HEAD_BYTES);

  constructor(disk: Disk, file: FileDescriptor, run: RunTimebase) {
    this.#disk = disk;
    this.#file = file;
    this.#tracks = run.tracks;
    this.#dateTicks = Math.round(run.dateUtc * TICKS_100US_PER_MS);
    this.#hasVideo = run.tracks.some(({ kind }) => kind === 'video');
  }

  /** Bytes of the cluster at `offset`; undefined where there is none, or not all of it. */
  lengthAt(offset: number, fileBytes: number): number | undefined {
    const read = this.#disk.read(this.#file, this.#head, offset);
    try {
      const head = readElementHead(this.#head, 0, read);
      if (head.id !== ELEMENT.Cluster || head.end === undefined) return undefined;
      return head.end <= MAX_CLUSTER_BYTES && offset + head.end <= fileBytes ? head.end : undefined;
    } catch {
      return undefined;
    }
  }

  /** Reads and hashes the cluster; undefined where its bytes are no cluster of ours. */
  verify(offset: number, length: number, previous: Uint8Array): VerifiedCluster | undefined {
    if (length > MAX_CLUSTER_BYTES) return undefined;
    const bytes = Buffer.allocUnsafe(length);
    if (this.#disk.read(this.#file, bytes, offset) < length) return undefined;
    let cluster: ParsedCluster;
    try {
      cluster = parseCluster(bytes, 0);
      if (cluster.end !== length || !isCanonical(bytes, cluster)) return undefined;
    } catch {
      return undefined;
    }
    const first = cluster.blocks[0];
    if (first === undefined) return undefined;
    hasher.begin(previous);
    let lastRelative = Number.NEGATIVE_INFINITY;
    for (const { track, relative, keyframe, payload } of cluster.blocks) {
      const config = this.#tracks[track - 1];
      if (config === undefined) return undefined;
      if (relative > lastRelative) lastRelative = relative;
      const time = this.#dateTicks + cluster.timestamp + relative;
      hasher.add({ codec: config.codec, keyframe, time, payload });
    }
    const leads = this.#tracks[first.track - 1]?.kind === 'video' || !this.#hasVideo;
    return {
      length,
      frames: cluster.blocks.length,
      hash: hasher.digest(),
      firstTick: cluster.timestamp + first.relative,
      lastTick: cluster.timestamp + lastRelative,
      keyframe: first.keyframe && leads,
      track: first.track,
    };
  }

  /**
   * Whether the payloads of a cluster that no index line vouches for look like what they should be:
   * NAL units that fill the payload exactly. Zeros, as a power cut may leave, do not.
   */
  isPlausible(offset: number, length: number): boolean {
    const bytes = Buffer.allocUnsafe(length);
    if (this.#disk.read(this.#file, bytes, offset) < length) return false;
    for (const { track, payload } of parseCluster(bytes, 0).blocks) {
      if (this.#tracks[track - 1]?.kind === 'video' && !isNalSequence(payload)) return false;
    }
    return true;
  }
}

interface RunTimebase {
  readonly tracks: readonly CodecConfig[];
  readonly dateUtc: number;
}

/** Whether a hash in an index line is this one. */
export function sameHash(line: string, hash: Uint8Array): boolean {
  return line === hex(hash);
}

/**
 * Whether a cluster is encoded exactly as a writer encodes it. The hash covers what was recorded, not
 * the container; one encoding for each content means that no bit of the container is free either.
 */
function isCanonical(bytes: Buffer, cluster: ParsedCluster): boolean {
  let at = 0;
  for (const [i, part] of encodeCluster(cluster).iovecs.entries()) {
    // Every second part is a payload: a view of these very bytes.
    if (i % 2 === 0 && bytes.compare(part, 0, part.length, at, at + part.length) !== 0)
      return false;
    at += part.length;
  }
  return at === bytes.length;
}

/** The index line of a cluster, made from its bytes; `durable` is not among what they say. */
export function lineOf(cluster: VerifiedCluster, offset: number, dateUtc: number): FragmentLine {
  return {
    wallClock: dateUtc + cluster.firstTick / TICKS_100US_PER_MS,
    duration: (cluster.lastTick - cluster.firstTick) / TICKS_100US_PER_MS,
    offset,
    length: cluster.length,
    frames: cluster.frames,
    keyframe: cluster.keyframe,
    track: cluster.track,
    durable: 0,
    hash: hex(cluster.hash),
  };
}

function isNalSequence(payload: Uint8Array): boolean {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  let at = 0;
  while (at + NAL_LENGTH_BYTES < payload.length) {
    const length = view.getUint32(at);
    if (length === 0) return false;
    at += NAL_LENGTH_BYTES + length;
  }
  return at === payload.length;
}
