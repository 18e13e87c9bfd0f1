import type { Clock, EpochMs, MonotonicMs, Timer } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { CameraId } from '@vms/common/ids.ts';
import type { HealthCheck } from '@vms/common/lifecycle.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { StorageMetrics } from '../storage-metrics.ts';
import type { DecodeSample } from './decode-sample.ts';
import type { DecodeKeyframe, DecodeOutcome } from './ffmpeg-decoder.ts';

/** Milliseconds between two checks whether a camera's turn has come. */
export const POLL_INTERVAL_MS = 1_000;
/** Share of the time that decoding may take, over all cameras: a busy machine tries them less often. */
export const MAX_BUSY_SHARE = 0.02;
/** Milliseconds after which a camera whose keyframe did not decode is tried again. */
export const RETRY_MS = 60_000;
/** Milliseconds after which a camera of which nothing new was recorded lately is tried again. */
const NOTHING_RECORDED_MS = 5_000;
/** Milliseconds after which decoding is tried again where there was no decoder. */
export const MISSING_PAUSE_MS = 10 * 60_000;

/** What the last keyframe of a camera said. */
export interface DecodeState {
  readonly at: EpochMs;
  /** Keyframes in a row that could not be decoded. */
  readonly failures: number;
  /** What the decoder said; empty where it decoded. */
  readonly reason: string;
}

export interface DecodeWatchDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: StorageMetrics;
  cameras(): readonly { readonly id: CameraId; readonly enabled: boolean }[];
  /** Milliseconds between two keyframes of one camera, at least; 0 switches the watch off. */
  intervalMs(): number;
  /** The newest recorded keyframe of a camera; undefined where there is none lately. */
  sampleOf(camera: CameraId): Promise<DecodeSample | undefined>;
  readonly decode: DecodeKeyframe;
}

/**
 * Decodes one recorded keyframe of each camera at intervals, read from the disk: one decoder at a time,
 * the camera first that has waited longest, and never more than MAX_BUSY_SHARE of the time.
 */
export class DecodeWatch {
  readonly #deps: DecodeWatchDeps;
  readonly #states = new Map<string, DecodeState>();
  /** When each camera's turn comes again. */
  readonly #dueAt = new Map<string, MonotonicMs>();
  #timer: Timer | undefined;
  #turn: Promise<void> | undefined;
  #restUntil: MonotonicMs = 0;
  /** Without which nothing can be decoded. */
  #missingProgram: string | undefined;
  readonly #ending = new AbortController();

  constructor(deps: DecodeWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = this.#deps.clock.every(POLL_INTERVAL_MS, () => void this.tryNext());
  }

  /** Ends the decoder under way, and waits for what is being read for it. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#ending.abort();
    await this.#turn;
  }

  /** Undefined where no keyframe of the camera was decoded yet, or none can be now. */
  stateOf(camera: string): DecodeState | undefined {
    return this.#states.get(camera);
  }

  health(): HealthCheck {
    if (this.#deps.intervalMs() === 0) {
      return {
        status: 'ok',
        message: 'Recordings are not checked by decoding: decodeWatchMinutes is 0.',
      };
    }
    if (this.#missingProgram !== undefined) {
      return { status: 'ok', message: notChecked(this.#missingProgram) };
    }
    return { status: 'ok' };
  }

  /** Tries the next camera whose turn has come; joins the one under way. */
  tryNext(): Promise<void> {
    this.#turn ??= this.#tryNext().finally(() => {
      this.#turn = undefined;
      const undecodable = [...this.#states.values()].filter(({ failures }) => failures > 1);
      this.#deps.metrics.undecodableCameras.set({}, undecodable.length);
    });
    return this.#turn;
  }

  async #tryNext(): Promise<void> {
    const { clock, intervalMs } = this.#deps;
    this.#forgetOthers();
    // Nobody looks any more: what was found says nothing of what is recorded now.
    if (intervalMs() === 0) this.#states.clear();
    const now = clock.monotonic();
    if (intervalMs() === 0 || now < this.#restUntil) return;
    const camera = this.#next(now);
    if (camera === undefined) return;
    this.#dueAt.set(camera, now + intervalMs());
    await this.#try(camera);
  }

  /** The camera that has waited longest for its turn. */
  #next(now: MonotonicMs): CameraId | undefined {
    let next: CameraId | undefined;
    let earliest = now;
    for (const { id, enabled } of this.#deps.cameras()) {
      const due = this.#dueAt.get(id) ?? Number.NEGATIVE_INFINITY;
      if (!enabled || due > earliest) continue;
      if (next !== undefined && due === earliest) continue;
      next = id;
      earliest = due;
    }
    return next;
  }

  async #try(camera: CameraId): Promise<void> {
    const { clock, logger, metrics, sampleOf, decode } = this.#deps;
    let sample: DecodeSample | undefined;
    try {
      sample = await sampleOf(camera);
      if (sample === undefined) this.#states.delete(camera);
      // A keyframe counts once, however often it is the newest.
      else if (sample.at === this.#states.get(camera)?.at) sample = undefined;
      if (sample === undefined) this.#dueAt.set(camera, clock.monotonic() + NOTHING_RECORDED_MS);
    } catch (error) {
      // A hung or failing disk has alerts of its own.
      logger.debug({ camera, error }, 'No keyframe could be read.');
    }
    if (sample === undefined) {
      metrics.decodedKeyframes.inc({ outcome: 'skipped' });
      return;
    }
    const startedAt = clock.monotonic();
    const { signal } = this.#ending;
    if (signal.aborted) return;
    const result = await decode(sample, signal).catch((error: unknown): DecodeOutcome => {
      return { outcome: 'unknown', reason: messageOf(error) };
    });
    if (signal.aborted) return;
    const endedAt = clock.monotonic();
    this.#restUntil = endedAt + (endedAt - startedAt) / MAX_BUSY_SHARE;
    const before = this.#states.get(camera)?.failures ?? 0;
    switch (result.outcome) {
      case 'decoded':
        this.#missingProgram = undefined;
        this.#states.set(camera, { at: sample.at, failures: 0, reason: '' });
        if (before > 0)
          logger.info({ camera, before }, 'The recordings of a camera can be decoded again.');
        break;
      case 'failed': {
        this.#missingProgram = undefined;
        const { reason } = result;
        this.#states.set(camera, { at: sample.at, failures: before + 1, reason });
        const due = this.#dueAt.get(camera) ?? endedAt;
        this.#dueAt.set(camera, Math.min(endedAt + RETRY_MS, due));
        const failures = before + 1;
        logger.warn({ camera, failures, reason }, 'A recorded keyframe cannot be decoded.');
        break;
      }
      case 'missing':
        if (this.#missingProgram !== result.program) logger.warn({}, notChecked(result.program));
        this.#missingProgram = result.program;
        this.#states.clear();
        this.#restUntil = endedAt + MISSING_PAUSE_MS;
        break;
      case 'unknown':
        logger.info({ camera, reason: result.reason }, 'A keyframe was not decoded.');
        break;
    }
    metrics.decodedKeyframes.inc({ outcome: result.outcome });
  }

  #forgetOthers(): void {
    const known = new Set<string>(
      this.#deps.cameras().flatMap(({ id, enabled }) => (enabled ? [id] : [])),
    );
    for (const map of [this.#states, this.#dueAt]) {
      for (const id of map.keys()) if (!known.has(id)) map.delete(id);
    }
  }
}

function notChecked(missing: string): string {
  return `Recordings are not checked by decoding: ${missing} is not installed.`;
}
