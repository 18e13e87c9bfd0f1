import type { Clock, MonotonicMs, Timer } from '@vms/common/clock.ts';
import type { AudioConfig, Frame, VideoConfig } from '@vms/common/frame.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { StreamKnowledge } from '@vms/media/playability.ts';
import { type RandomAccess, randomAccessOfFrame } from '@vms/media/random-access.ts';
import { FrameHub } from '@vms/medialink/frame-hub.ts';
import type { FrameSource, Subscription } from '@vms/medialink/frame-source.ts';
import { FEED_CACHE_BYTES, LINGER_MS } from './bounds.ts';
import { Still } from './still.ts';

/** Who takes the frames of a feed; a consumer in this process is called at once, never queued. */
export interface FeedConsumer {
  onFrame(frame: Frame): void;
  /** The camera is gone for good. Nothing follows. */
  onEnd?(): void;
}

export interface FeedDeps {
  readonly source: FrameSource;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * One stream of one camera, taken from ingest once for all who watch it: one subscription of the media
 * link, published into a hub of this process that keeps the newest group of pictures. The subscription
 * lives while somebody holds the feed, and LINGER_MS longer.
 */
export class CameraFeed implements StreamKnowledge {
  readonly camera: CameraId;
  readonly stream: StreamName;
  /** Frames that were received before are from ingest's cache. */
  readonly startedAt: MonotonicMs;
  video: VideoConfig | undefined;
  audio: AudioConfig | undefined;
  bFrames = false;
  access: RandomAccess['kind'] = 'closed';
  /** What a snapshot is made of. */
  readonly still = new Still(FEED_CACHE_BYTES);
  /** When the last frame came; undefined before the first. */
  lastFrameAt: MonotonicMs | undefined;
  readonly #deps: FeedDeps;
  readonly #hub = new FrameHub({ gopCacheBytes: FEED_CACHE_BYTES });
  readonly #subscription: Subscription;
  readonly #onIdle: () => void;
  readonly #waiting = new Set<() => void>();
  #holders = 0;
  #linger: Timer | undefined;
  #closed = false;

  /** @param onIdle called once, when nobody has held the feed for LINGER_MS or the camera is gone */
  constructor(camera: CameraId, stream: StreamName, deps: FeedDeps, onIdle: () => void) {
    this.camera = camera;
    this.stream = stream;
    this.#deps = deps;
    this.#onIdle = onIdle;
    this.startedAt = deps.clock.monotonic();
    this.#subscription = deps.source.subscribe({
      camera,
      stream,
      startWith: 'gop',
      onFrame: (frame) => this.#take(frame),
      onEnd: () => this.close(),
    });
    this.#startLinger();
  }

  get holders(): number {
    return this.#holders;
  }

  /** Keeps the feed open until the returned function is called. */
  hold(): () => void {
    this.#linger?.cancel();
    this.#linger = undefined;
    this.#holders++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders--;
      if (this.#holders === 0 && !this.#closed) this.#startLinger();
    };
  }

  /**
   * Gives the cached group of pictures at once, then every frame as it comes. A consumer that throws is
   * ended, and nobody else: not its neighbours, and not the link that brings the frames of all cameras.
   */
  consume(consumer: FeedConsumer): Subscription {
    const { camera, stream } = this;
    let over = this.#closed;
    let failed = false;
    let attached: Subscription | undefined;
    const end = (): void => {
      if (over) return;
      over = true;
      attached?.close();
      consumer.onEnd?.();
    };
    if (over) {
      queueMicrotask(() => consumer.onEnd?.());
      return { close: () => {} };
    }
    const onFrame = (frame: Frame): void => {
      if (over || failed) return;
      try {
        consumer.onFrame(frame);
      } catch (error) {
        failed = true;
        this.#deps.logger.error({ error, camera, stream }, 'A live stream cannot be sent on.');
        // Not within the call: whoever consumes may still be being made.
        queueMicrotask(end);
      }
    };
    const options = { camera, stream, startWith: 'gop' as const, onFrame, onEnd: end };
    // Never full: consumers of this process take each frame at once and bound what they keep.
    attached = this.#hub.attach(options, { patient: false, hasRoom: () => true });
    const subscription = attached;
    return {
      close: () => {
        over = true;
        subscription.close();
      },
    };
  }

  /** Resolves once the video is known, or the time is over. */
  async known(timeoutMs: number): Promise<boolean> {
    if (this.video === undefined && !this.#closed) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          timer.cancel();
          this.#waiting.delete(done);
          resolve();
        };
        const timer = this.#deps.clock.after(timeoutMs, done);
        this.#waiting.add(done);
      });
    }
    return this.video !== undefined;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#linger?.cancel();
    this.#subscription.close();
    for (const done of [...this.#waiting]) done();
    this.#hub.end(this.camera, this.stream);
    this.#onIdle();
  }

  #take(frame: Frame): void {
    if (this.#closed) return;
    this.lastFrameAt = this.#deps.clock.monotonic();
    const { config } = frame;
    if (config.kind === 'video') {
      if (config !== this.video) {
        this.video = config;
        this.bFrames = false;
      }
      if (frame.pts !== frame.dts) this.bFrames = true;
      if (frame.keyframe) this.access = randomAccessOfFrame(frame)?.kind ?? 'closed';
      this.still.add(frame);
    } else if (config !== this.audio) {
      this.audio = config;
    }
    this.#hub.publish(frame);
    if (this.#waiting.size > 0 && this.video !== undefined) {
      // After this turn: what ingest had cached comes in one go, and holds the sound's configuration too.
      setImmediate(() => {
        for (const done of [...this.#waiting]) done();
      });
    }
  }

  #startLinger(): void {
    this.#linger = this.#deps.clock.after(LINGER_MS, () => this.close());
  }
}
