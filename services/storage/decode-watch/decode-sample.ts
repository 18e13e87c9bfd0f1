import type { EpochMs } from '@vms/common/clock.ts';
import type { VideoConfig } from '@vms/common/frame.ts';
import type { CameraId } from '@vms/common/ids.ts';
import { headerAsOpened } from '@vms/format/run-header.ts';
import { H264_NAL, h264NalType } from '@vms/media/h264/nal.ts';
import { h265NalType, isIrap } from '@vms/media/h265/nal.ts';
import { parseCluster } from '@vms/media/matroska/demuxer.ts';
import { type ClusterBlock, encodeCluster } from '@vms/media/matroska/muxer.ts';
import { lengthPrefixedNals } from '@vms/media/nal.ts';
import type { Archive } from '../playback/archive.ts';
import type { RunFragment, RunReader } from '../playback/run-reader.ts';

/** Milliseconds back from now in which the newest keyframe is looked for: the longest GOPs take a minute. */
export const LOOK_BACK_MS = 120_000;
/** Bytes of the fragments of one sample; a larger one is passed over. */
export const MAX_SAMPLE_BYTES = 16 * 1024 * 1024;
/** Fragments behind the keyframe that are decoded with it, where it refreshes the picture bit by bit. */
const REFRESH_FRAGMENTS = 8;
/**
 * Keyframes of one sample. H.265's decoder takes what is behind a readable slice header for a picture,
 * whatever it is: of encrypted keyframes one in eight seems to decode (measured).
 */
const KEYFRAMES = { h264: 1, h265: 3 } as const;

/** The newest recorded keyframes of a camera, as a Matroska file of their own. */
export interface DecodeSample {
  /** Wall clock of the newest. */
  readonly at: EpochMs;
  readonly config: VideoConfig;
  /** Each is a picture of its own; otherwise they are one, and the pictures behind it are in the file, too. */
  readonly isWhole: boolean;
  readonly matroska: Uint8Array;
}

/**
 * Takes the newest keyframe of what is recorded of a camera; undefined where there is none lately, or
 * none of a size and codec that is tried.
 *
 * @throws PlaybackError where it cannot be read; MediaError where its bytes are no recording.
 */
export async function newestSample(
  archive: Archive,
  camera: CameraId,
  now: EpochMs,
): Promise<DecodeSample | undefined> {
  let sample: DecodeSample | undefined;
  const range = { camera, stream: 'main', from: now - LOOK_BACK_MS, to: now } as const;
  for await (const { reader, end } of archive.parts(range)) {
    sample = (await sampleOfRun(archive, reader, end)) ?? sample;
  }
  return sample;
}

async function sampleOfRun(
  archive: Archive,
  reader: RunReader,
  end: number,
): Promise<DecodeSample | undefined> {
  const tracks = await archive.configuration(reader);
  let newest: { readonly fragment: RunFragment; readonly config: VideoConfig } | undefined;
  const clusters: Cluster[] = [];
  let bytes = 0;
  let isWhole = true;
  for await (const fragment of reader.keyframesBefore(end)) {
    const config = tracks[fragment.track - 1];
    if (config?.kind !== 'video') return undefined;
    if (newest !== undefined && newest.fragment.track !== fragment.track) break;
    bytes += fragment.length;
    if (bytes > MAX_SAMPLE_BYTES) break;
    const cluster = await clusterOf(reader, fragment);
    const [keyframe] = cluster.blocks;
    if (keyframe === undefined) break;
    newest ??= { fragment, config };
    if (!startsDecoding(config.codec, keyframe.payload)) {
      if (clusters.length > 0) break;
      isWhole = false;
      clusters.push(cluster, ...(await clustersBehind(reader, fragment, end)));
      break;
    }
    clusters.unshift({ ...cluster, blocks: [keyframe] });
    if (clusters.length === KEYFRAMES[config.codec]) break;
  }
  if (newest === undefined) return undefined;
  const { headerBytes, patched } = reader.header;
  // A closed file says how long it is: what is taken out of it is shorter.
  const header = headerAsOpened(await reader.bytes(0, headerBytes), patched);
  const parts = clusters.flatMap((cluster) => encodeCluster(cluster).iovecs);
  const { fragment, config } = newest;
  return { at: fragment.wallClock, config, isWhole, matroska: Buffer.concat([header, ...parts]) };
}

interface Cluster {
  readonly timestamp: number;
  readonly blocks: readonly ClusterBlock[];
}

/** What follows a keyframe that is no whole picture, up to the next. */
async function clustersBehind(
  reader: RunReader,
  keyframe: RunFragment,
  end: number,
): Promise<Cluster[]> {
  const clusters: Cluster[] = [];
  const from = keyframe.number + 1;
  let bytes = keyframe.length;
  for (const next of await reader.fragments(from, Math.min(REFRESH_FRAGMENTS, end - from))) {
    bytes += next.length;
    if (bytes > MAX_SAMPLE_BYTES || next.keyframe) break;
    const cluster = await clusterOf(reader, { ...next, track: keyframe.track });
    if (cluster.blocks.length > 0) clusters.push(cluster);
  }
  return clusters;
}

/** The blocks of a fragment that are of its own track. */
async function clusterOf(
  reader: RunReader,
  { offset, length, track }: RunFragment,
): Promise<Cluster> {
  const { timestamp, blocks } = parseCluster(await reader.bytes(offset, length), 0);
  return { timestamp, blocks: blocks.filter((block) => block.track === track) };
}

/** Whether an access unit holds a picture that refers to no other (IDR, or any IRAP of H.265). */
function startsDecoding(codec: string, payload: Uint8Array): boolean {
  for (const nal of lengthPrefixedNals(payload)) {
    const first = nal[0] ?? 0;
    if (codec === 'h264' && h264NalType(first) === H264_NAL.idr) return true;
    if (codec === 'h265' && isIrap(h265NalType(first))) return true;
  }
  return false;
}
