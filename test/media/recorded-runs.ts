import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EpochMs } from '@vms/common/clock.ts';
import type { CodecConfig, Frame } from '@vms/common/frame.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import { NO_HASH } from '@vms/format/hash-chain.ts';
import { type CloseCause, encodeIndexHeader } from '@vms/format/index-line.ts';
import { indexPathOf, runPath } from '@vms/format/paths.ts';
import type { RunCatalogue } from '../../services/storage/playback/archive.ts';
import type { RunLocation } from '../../services/storage/playback/run-reader.ts';
import { type FragmentFrame, RunBuilder } from '../../services/storage/writer/run-builder.ts';
import { type Clip, type ClipFrame, interleave } from './clip.ts';

export const CAMERA = 'cam_abcdefghijklmnop' as CameraId;
const FRAGMENT_MS = 500;

export interface RunInput {
  /** Wall clock of the clips' beginning. */
  readonly start: EpochMs;
  readonly clips: readonly Clip[];
  readonly camera?: CameraId;
  readonly stream?: StreamName;
  /** Takes of the clips only what is decoded in [fromMs, toMs). */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Milliseconds between two rounds; default 500. */
  readonly fragmentMs?: number;
  /** Leaves the run as it is while it is recorded, the last two fragments unacknowledged. */
  readonly open?: boolean;
  readonly volume?: string;
  /** Why the run ended; default `stopped`. */
  readonly cause?: CloseCause;
}

/** A run in its two files, and what is needed to look at it more closely. */
export interface RecordedRun {
  readonly location: RunLocation;
  readonly fragments: readonly RecordedFragment[];
  readonly headerBytes: number;
}

interface RecordedFragment {
  readonly offset: number;
  readonly length: number;
  readonly frames: number;
}

/** Makes run files with the writer's own code, and a catalogue of them in memory. */
export class RecordedRuns implements RunCatalogue {
  readonly #root: string;
  readonly #runs: RunLocation[] = [];
  #uid = 0;

  constructor(root: string) {
    this.#root = root;
  }

  async record(input: RunInput): Promise<RecordedRun> {
    const { camera = CAMERA, clips, fromMs = Number.NEGATIVE_INFINITY, stream = 'main' } = input;
    const { toMs = Number.POSITIVE_INFINITY } = input;
    const frames = interleave(clips).filter(
      ({ frame }) => frame.dtsMs >= fromMs - 0.01 && frame.dtsMs < toMs - 0.01,
    );
    const dateUtc = Math.floor(input.start + Math.min(...frames.map(({ frame }) => frame.ptsMs)));
    const builder = new RunBuilder({
      camera,
      stream,
      fileNumber: this.#runs.length + 1,
      bootId: '00000000-0000-0000-0000-000000000000',
      segmentUid: createHash('md5')
        .update(`run ${++this.#uid}`)
        .digest(),
      dateUtc,
      tracks: clips.map((clip) => clip.config),
      previousHash: NO_HASH,
    });
    const run: Uint8Array[] = [builder.header.matroska.bytes];
    const lines: (Uint8Array | string)[] = [encodeIndexHeader(builder.header.index)];
    const fragments: RecordedFragment[] = [];
    const durable = [0, 0, 0];
    const flush = (pending: FragmentFrame[]): void => {
      const offset = builder.bytes;
      builder.durableBytes = durable.at(-3) ?? 0;
      const encoded = builder.add(pending);
      durable.push(builder.bytes);
      fragments.push({ offset, length: encoded.bytes, frames: pending.length });
      run.push(...encoded.buffers);
      lines.push(encoded.line);
    };
    const { fragmentMs = FRAGMENT_MS } = input;
    const shiftMs = input.start - dateUtc;
    for (const pending of fragmentsOf(frames, shiftMs, clips, fragmentMs)) flush(pending);
    const path = join(this.#root, runPath({ camera, stream, start: dateUtc, attempt: 1 }));
    const location: RunLocation = {
      id: builder.id,
      camera,
      stream,
      volume: input.volume ?? 'default',
      start: dateUtc,
      end: builder.end,
      open: input.open ?? false,
      mkvPath: path,
      indexPath: indexPathOf(path),
    };
    if (!location.open) {
      const closing = builder.close(input.cause ?? 'stopped');
      run.push(closing.trailer);
      lines.push(closing.line);
      const bytes = Buffer.concat(run);
      for (const patch of closing.patches) bytes.set(patch.bytes, patch.offset);
      run.splice(0, run.length, bytes);
    }
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.concat(run), { flag: 'wx' });
    await writeFile(location.indexPath, Buffer.concat(lines.map((line) => Buffer.from(line))));
    this.#runs.push(location);
    this.#runs.sort((a, b) => a.start - b.start);
    const headerBytes = builder.header.matroska.headerBytes;
    return { location, fragments, headerBytes };
  }

  async runsOverlapping(
    query: Parameters<RunCatalogue['runsOverlapping']>[0],
  ): Promise<readonly RunLocation[]> {
    return this.#runs
      .filter((run) => run.camera === query.camera && run.stream === query.stream)
      .filter((run) => run.start < query.to && (run.open || run.end >= query.from))
      .slice(0, query.limit);
  }

  async run(camera: CameraId, id: string): Promise<RunLocation | undefined> {
    return this.#runs.find((run) => run.camera === camera && run.id === id);
  }
}

/** Cut as the writer cuts: at each keyframe of the video, and in each round. */
function* fragmentsOf(
  frames: readonly { track: number; frame: ClipFrame }[],
  shiftMs: number,
  clips: readonly Clip[],
  fragmentMs: number,
): Generator<FragmentFrame[]> {
  let pending: FragmentFrame[] = [];
  let due = Number.NEGATIVE_INFINITY;
  for (const { frame, track } of frames) {
    const clip = clips[track - 1];
    if (clip === undefined) throw new RangeError('no such track');
    const keyframe = clip.config.kind === 'video' && frame.keyframe;
    if (pending.length > 0 && (keyframe || frame.dtsMs >= due)) {
      yield pending;
      pending = [];
    }
    if (pending.length === 0) due = frame.dtsMs + fragmentMs;
    const tick = Math.round((frame.ptsMs + shiftMs) * 10);
    pending.push({ frame: neutralFrame(clip.config, frame), track, tick });
  }
  if (pending.length > 0) yield pending;
}

function neutralFrame(config: CodecConfig, frame: ClipFrame): Frame {
  return {
    camera: CAMERA,
    stream: 'main',
    config,
    pts: Math.round(frame.ptsMs * 90),
    dts: Math.round(frame.dtsMs * 90),
    wallClock: frame.ptsMs,
    keyframe: frame.keyframe,
    discontinuity: false,
    sequence: 0,
    payload: frame.payload,
  };
}
