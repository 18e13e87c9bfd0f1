import {
  type ClusterBlock,
  type CuePoint,
  encodeCluster,
  encodeHeader,
  encodeTrailer,
  type MatroskaHeader,
} from '@vms/media/matroska/muxer.ts';
import { type Clip, interleave } from './clip.ts';

export interface MatroskaFile {
  readonly header: MatroskaHeader;
  /** Header and clusters, as a writer that was killed leaves it. */
  readonly unclosed: Buffer;
  /** The same file after a close. */
  readonly closed: Buffer;
  /** Offsets of the clusters. */
  readonly clusterOffsets: readonly number[];
}

/** A file of ours with the frames of the clips, cut into clusters at keyframes and every 500 ms. */
export function muxClips(clips: readonly Clip[], dateUtc: number): MatroskaFile {
  const header = encodeHeader({
    tracks: clips.map((clip) => clip.config),
    dateUtc,
    segmentUid: new Uint8Array(16).fill(7),
    tags: { VMS_CAMERA: 'cam_abcdefghijklmnop', VMS_STREAM: 'main' },
    writingApp: 'vms test',
  });
  const parts: Uint8Array[] = [header.bytes];
  const clusterOffsets: number[] = [];
  const cues: CuePoint[] = [];
  let fileBytes = header.bytes.length;
  let blocks: ClusterBlock[] = [];
  let start = 0;
  let duration = 0;
  const flush = (): void => {
    if (blocks.length === 0) return;
    const first = blocks.find((block) => block.keyframe && block.track === 1);
    if (first !== undefined) {
      cues.push({ time: start + first.relative, track: 1, clusterOffset: fileBytes });
    }
    const cluster = encodeCluster({ timestamp: start, blocks });
    clusterOffsets.push(fileBytes);
    parts.push(...cluster.iovecs);
    fileBytes += cluster.bytes;
    blocks = [];
  };
  for (const { track, frame } of interleave(clips)) {
    const tick = Math.round(frame.ptsMs * 10);
    const videoKey = track === 1 && frame.keyframe;
    if (blocks.length > 0 && (videoKey || Math.abs(tick - start) > 5000)) flush();
    if (blocks.length === 0) start = tick;
    duration = Math.max(duration, tick);
    blocks.push({
      track,
      relative: tick - start,
      keyframe: frame.keyframe,
      payload: frame.payload,
    });
  }
  flush();
  const unclosed = Buffer.concat(parts);
  const trailer = encodeTrailer({ layout: header, cues, duration: duration + 1000, fileBytes });
  const closed = Buffer.concat([unclosed, trailer.bytes]);
  for (const patch of trailer.patches) closed.set(patch.bytes, patch.offset);
  return { header, unclosed, closed, clusterOffsets };
}
