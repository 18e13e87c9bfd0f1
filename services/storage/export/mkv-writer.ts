import type { CodecConfig } from '@vms/common/frame.ts';
import {
  type CuePoint,
  encodeCluster,
  encodeHeader,
  encodeTrailer,
  type HeaderLayout,
} from '@vms/media/matroska/muxer.ts';
import type { ExportFile } from './export-file.ts';
import type { MovieFrame, MovieInput, MovieWriter } from './movie-writer.ts';

/** Matroska with cues: a cluster for each fragment, everything in it as it was recorded. */
export class MkvWriter implements MovieWriter {
  readonly #file: ExportFile;
  readonly #layout: HeaderLayout;
  readonly #trackOf: ReadonlyMap<MovieFrame['kind'], number>;
  readonly #keyTrack: number;
  readonly #cues: CuePoint[] = [];

  private constructor(
    file: ExportFile,
    layout: HeaderLayout,
    kinds: readonly MovieFrame['kind'][],
  ) {
    this.#file = file;
    this.#layout = layout;
    this.#trackOf = new Map(kinds.map((kind, index) => [kind, index + 1]));
    this.#keyTrack = this.#trackOf.get('video') ?? 1;
  }

  static async begin(file: ExportFile, input: MovieInput): Promise<MkvWriter> {
    const { video, audio, startedAt, uid, tags } = input;
    const tracks = [video, audio].filter((each): each is CodecConfig & typeof each => !!each);
    const { bytes, ...layout } = encodeHeader({
      tracks,
      dateUtc: Math.floor(startedAt),
      segmentUid: uid,
      tags,
      writingApp: 'vms export',
    });
    await file.append([bytes]);
    return new MkvWriter(
      file,
      layout,
      tracks.map(({ kind }) => kind),
    );
  }

  async add(frames: readonly MovieFrame[]): Promise<void> {
    const known = frames.flatMap((frame) => {
      const track = this.#trackOf.get(frame.kind);
      return track === undefined ? [] : [{ track, frame }];
    });
    if (known.length === 0) return;
    const timestamp = known.reduce((least, { frame }) => Math.min(least, frame.time), Infinity);
    const { iovecs } = encodeCluster({
      timestamp,
      blocks: known.map(({ track, frame: { time, keyframe, payload } }) => ({
        track,
        relative: time - timestamp,
        keyframe,
        payload,
      })),
    });
    const key = known.find(({ track, frame }) => track === this.#keyTrack && frame.keyframe);
    if (key !== undefined) {
      const clusterOffset = this.#file.length;
      this.#cues.push({ time: key.frame.time, track: key.track, clusterOffset });
    }
    await this.#file.append(iovecs);
  }

  async finish(end: number): Promise<void> {
    const { bytes, patches } = encodeTrailer({
      layout: this.#layout,
      cues: this.#cues,
      duration: end,
      fileBytes: this.#file.length,
    });
    await this.#file.append([bytes]);
    for (const patch of patches) await this.#file.patch(patch.offset, patch.bytes);
  }
}
