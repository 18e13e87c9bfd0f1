import { spawn } from 'node:child_process';
import type { Clock, EpochMs, MonotonicMs } from '@vms/common/clock.ts';
import { systemErrorCode } from '@vms/common/errors.ts';
import type { Frame, VideoConfig } from '@vms/common/frame.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import { displaySizeOf } from '@vms/media/display-size.ts';
import { readH264Record } from '@vms/media/h264/parameter-sets.ts';
import { readH265Record } from '@vms/media/h265/parameter-sets.ts';
import { lengthPrefixedNals } from '@vms/media/nal.ts';
import type { CameraFeeds } from '../camera-feeds.ts';
import { StreamError } from '../stream-error.ts';
import type { StreamMetrics } from '../stream-metrics.ts';

/** Milliseconds for which a snapshot is given again. */
export const SNAPSHOT_CACHE_MS = 2_000;
/** Snapshots that ffmpeg makes at the same time. */
export const MAX_SNAPSHOTS_UNDER_WAY = 4;
/** Snapshots that are kept; the oldest goes first. */
export const MAX_CACHED_SNAPSHOTS = 64;
/** Milliseconds that ffmpeg has for one. */
export const SNAPSHOT_TIMEOUT_MS = 5_000;
/** Milliseconds to wait for a keyframe of a camera that nobody watches. */
export const KEYFRAME_WAIT_MS = 3_000;
/** Bytes of the largest JPEG that is taken; 8K at quality 4 is under 8 MiB. */
export const MAX_JPEG_BYTES = 16 * 1024 * 1024;

const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** A keyframe as JPEG. */
export interface Snapshot {
  readonly jpeg: Buffer;
  /** Presentation time of the keyframe. */
  readonly capturedAt: EpochMs;
  readonly width: number;
  readonly height: number;
}

export interface SnapshotsDeps {
  readonly feeds: CameraFeeds;
  readonly clock: Clock;
  readonly metrics: StreamMetrics;
  /** Name or path of ffmpeg. */
  readonly ffmpeg: string;
}

/** Makes JPEGs of the newest keyframes, each by an ffmpeg of its own. */
export class Snapshots {
  readonly #deps: SnapshotsDeps;
  readonly #cached = new Map<string, { snapshot: Snapshot; madeAt: MonotonicMs }>();
  readonly #underWay = new Map<string, Promise<Snapshot>>();
  readonly #abort = new AbortController();

  constructor(deps: SnapshotsDeps) {
    this.#deps = deps;
  }

  /**
   * @throws StreamError `stream.no-keyframe`, `stream.limit-reached`, `stream.snapshot-unavailable`,
   *   `stream.snapshot-failed`
   */
  async take(camera: CameraId, stream: StreamName): Promise<Snapshot> {
    const key = `${camera}/${stream}`;
    const { clock, metrics } = this.#deps;
    const cached = this.#cached.get(key);
    if (cached !== undefined && clock.monotonic() - cached.madeAt < SNAPSHOT_CACHE_MS) {
      metrics.snapshot('cached');
      return cached.snapshot;
    }
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    if (this.#underWay.size >= MAX_SNAPSHOTS_UNDER_WAY) {
      throw new StreamError(
        'stream.limit-reached',
        {
          happened: `${MAX_SNAPSHOTS_UNDER_WAY} snapshots are being made already.`,
          remedy: 'Try again in a moment.',
        },
        { retryAfterSeconds: 1 },
      );
    }
    const making = this.#make(camera, stream, key);
    this.#underWay.set(key, making);
    try {
      const snapshot = await making;
      metrics.snapshot('made');
      return snapshot;
    } catch (error) {
      metrics.snapshot('failed');
      throw error;
    } finally {
      this.#underWay.delete(key);
    }
  }

  /** Ends what is under way. */
  close(): void {
    this.#abort.abort();
  }

  async #make(camera: CameraId, stream: StreamName, key: string): Promise<Snapshot> {
    const { clock, feeds, ffmpeg } = this.#deps;
    const feed = feeds.open(camera, stream);
    const release = feed.hold();
    try {
      await feed.known(KEYFRAME_WAIT_MS);
      const { frames } = feed.still;
      const picture = frames.at(-1);
      if (picture?.config.kind !== 'video') {
        throw new StreamError('stream.no-keyframe', {
          happened: 'The camera gives no picture right now.',
          remedy: 'Look at the state of the camera, and try again.',
        });
      }
      const jpeg = await this.#encode(ffmpeg, picture.config, frames);
      const { width, height } = displaySizeOf(picture.config);
      const snapshot = { jpeg, capturedAt: picture.wallClock, width, height };
      this.#cached.delete(key);
      this.#cached.set(key, { snapshot, madeAt: clock.monotonic() });
      const [oldest] = this.#cached.keys();
      if (this.#cached.size > MAX_CACHED_SNAPSHOTS && oldest !== undefined) {
        this.#cached.delete(oldest);
      }
      return snapshot;
    } finally {
      release();
    }
  }

  /**
   * The picture goes in by standard input, which closes when this process dies, so that no ffmpeg
   * outlives it (and with it the UDP port, which children inherit).
   */
  #encode(ffmpeg: string, config: VideoConfig, frames: readonly Frame[]): Promise<Buffer> {
    const format = config.codec === 'h265' ? 'hevc' : 'h264';
    const input = ['-protocol_whitelist', 'pipe', '-f', format, '-i', 'pipe:0'];
    // Of a gradual point the first picture that ffmpeg shows is the first whole one.
    const output = [
      ...squarePixels(config),
      '-frames:v',
      '1',
      '-f',
      'mjpeg',
      '-q:v',
      '4',
      'pipe:1',
    ];
    const child = spawn(ffmpeg, ['-nostdin', '-loglevel', 'error', ...input, ...output], {
      stdio: ['pipe', 'pipe', 'pipe'],
      signal: this.#abort.signal,
      killSignal: 'SIGKILL',
    });
    // Not the option of spawn: its timer outlives a program that could not be started.
    const timer = this.#deps.clock.after(SNAPSHOT_TIMEOUT_MS, () => child.kill('SIGKILL'));
    return new Promise<Buffer>((resolve, reject) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_JPEG_BYTES) child.kill('SIGKILL');
        else chunks.push(chunk);
      });
      child.stderr.on('data', (chunk: Buffer) => {
        if (said.length < 500) said += chunk.toString('utf8').slice(0, 500);
      });
      // ffmpeg may end before it has read everything; how it ended tells.
      child.stdin.on('error', () => {});
      child.on('error', (cause) => {
        timer.cancel();
        reject(notStarted(ffmpeg, cause));
      });
      child.on('close', (code) => {
        timer.cancel();
        if (code === 0 && bytes > 0 && bytes <= MAX_JPEG_BYTES) resolve(Buffer.concat(chunks));
        else reject(failed(said));
      });
      for (const nal of nalsOf(config, frames)) {
        child.stdin.write(START_CODE);
        child.stdin.write(nal);
      }
      child.stdin.end();
    });
  }
}

/** JPEG says nothing of the shape of pixels that anybody reads. */
function squarePixels(config: VideoConfig): string[] {
  const { height, width } = displaySizeOf(config);
  if (width === config.width && height === config.height) return [];
  return ['-vf', `scale=${width}:${height},setsar=1`];
}

/** The parameter sets, then the pictures. */
function nalsOf(config: VideoConfig, frames: readonly Frame[]): Uint8Array[] {
  const pictures = frames.flatMap(({ payload }) => [...lengthPrefixedNals(payload)]);
  if (config.codec === 'h265') {
    const { vps, sps, pps } = readH265Record(config.record);
    return [...vps, ...sps, ...pps, ...pictures];
  }
  const { sps, pps } = readH264Record(config.record);
  return [...sps, ...pps, ...pictures];
}

function notStarted(ffmpeg: string, cause: unknown): StreamError {
  const code = systemErrorCode(cause);
  if (code === 'ENOENT' || code === 'EACCES') {
    return new StreamError(
      'stream.snapshot-unavailable',
      {
        happened: `Snapshots need ffmpeg, and “${ffmpeg}” is not there.`,
        kept: 'Live views and recordings do not need it.',
        remedy:
          'Install ffmpeg (on Debian: apt install ffmpeg), or say where it is with stream.ffmpeg.',
      },
      { cause },
    );
  }
  return failed('', cause);
}

function failed(said: string, cause?: unknown): StreamError {
  return new StreamError(
    'stream.snapshot-failed',
    {
      happened: 'No snapshot could be made of the picture.',
      remedy: 'Try again in a moment. If it stays, look at the log.',
    },
    { cause: cause ?? new Error(said.trim()) },
  );
}
