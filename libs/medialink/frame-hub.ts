import { randomUUID } from 'node:crypto';
import type { Frame } from '@vms/common/frame.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import { DEFAULT_GOP_CACHE_BYTES, MAX_FRAME_BYTES } from './bounds.ts';
import type {
  FrameSource,
  FrameSourceOptions,
  SubscribeOptions,
  Subscription,
} from './frame-source.ts';
import { GopCache } from './gop-cache.ts';
import { type FrameSink, HubSubscriber } from './hub-subscriber.ts';
import { MediaLinkError } from './medialink-error.ts';
import { MemorySource } from './memory-source.ts';

interface Stream {
  readonly cache: GopCache;
  readonly subscribers: Set<HubSubscriber>;
  hasVideo: boolean;
}

export interface FrameHubOptions {
  /** Payload bytes of the GOP cache of each stream; default 4 MiB. */
  readonly gopCacheBytes?: number;
  /** A subscriber threw; its neighbours get the frame all the same. Default: throws it outside of any call. */
  onFailure?(error: unknown, camera: CameraId, stream: StreamName): void;
}

export interface FrameHubStats {
  readonly streams: number;
  readonly subscribers: number;
  readonly cachedBytes: number;
  /** Since the hub was made. */
  readonly publishedFrames: number;
}

/**
 * Where ingest puts every frame, and where all consumers take theirs. Publishing never waits: a
 * consumer that is too slow loses frames (up to the next keyframe), not its neighbours.
 */
export class FrameHub {
  /** Changes with every start of the process: sequence numbers of another hub mean nothing here. */
  readonly id: string = randomUUID();
  readonly #gopCacheBytes: number;
  readonly #onFailure: NonNullable<FrameHubOptions['onFailure']>;
  readonly #streams: Record<StreamName, Map<CameraId, Stream>> = {
    main: new Map(),
    sub: new Map(),
  };
  #publishedFrames = 0;
  #promptSubscribers = 0;

  constructor(options: FrameHubOptions = {}) {
    this.#gopCacheBytes = options.gopCacheBytes ?? DEFAULT_GOP_CACHE_BYTES;
    this.#onFailure = options.onFailure ?? throwLater;
  }

  /** @throws MediaLinkError `medialink.too-large` for a payload over MAX_FRAME_BYTES. */
  publish(frame: Frame): void {
    if (frame.payload.length > MAX_FRAME_BYTES) {
      throw new MediaLinkError(
        'medialink.too-large',
        `Camera ${frame.camera} sent a frame of ${frame.payload.length} bytes; at most ${MAX_FRAME_BYTES} are carried.`,
      );
    }
    const stream = this.#stream(frame.camera, frame.stream);
    if (frame.config.kind === 'video') stream.hasVideo = true;
    stream.cache.add(frame);
    this.#publishedFrames++;
    for (const subscriber of stream.subscribers) {
      try {
        subscriber.offer(frame, stream.hasVideo);
      } catch (error) {
        this.#onFailure(error, frame.camera, frame.stream);
      }
    }
  }

  /** The camera's stream is gone for good: its subscribers are told, its cache is freed. */
  end(camera: CameraId, stream: StreamName): void {
    const state = this.#streams[stream].get(camera);
    if (state === undefined) return;
    this.#streams[stream].delete(camera);
    for (const subscriber of state.subscribers) {
      this.#remove(state, subscriber);
      subscriber.options.onEnd?.();
    }
  }

  /** A consumer in this process. */
  open(options: FrameSourceOptions): FrameSource {
    return new MemorySource(this, options);
  }

  /** Adds a subscriber that hands its frames to `sink`'s owner; `open` and the socket server build on it. */
  attach(options: SubscribeOptions, sink: FrameSink): Subscription {
    const stream = this.#stream(options.camera, options.stream);
    const subscriber = new HubSubscriber(options, sink);
    if (options.startWith === 'gop') {
      for (const frame of stream.cache.frames) subscriber.offer(frame, stream.hasVideo);
    }
    stream.subscribers.add(subscriber);
    if (!subscriber.patient) this.#promptSubscribers++;
    return {
      close: () => {
        this.#remove(stream, subscriber);
        this.#forgetIfIdle(options.camera, options.stream, stream);
      },
    };
  }

  /** Subscriptions whose frames should come at once: those of viewers, not those of writers. */
  get promptSubscribers(): number {
    return this.#promptSubscribers;
  }

  /** Since the hub was made. */
  get publishedFrames(): number {
    return this.#publishedFrames;
  }

  stats(): FrameHubStats {
    let streams = 0;
    let subscribers = 0;
    let cachedBytes = 0;
    for (const byCamera of Object.values(this.#streams)) {
      streams += byCamera.size;
      for (const stream of byCamera.values()) {
        subscribers += stream.subscribers.size;
        cachedBytes += stream.cache.bytes;
      }
    }
    return { streams, subscribers, cachedBytes, publishedFrames: this.#publishedFrames };
  }

  #remove(stream: Stream, subscriber: HubSubscriber): void {
    if (stream.subscribers.delete(subscriber) && !subscriber.patient) this.#promptSubscribers--;
  }

  #stream(camera: CameraId, name: StreamName): Stream {
    const byCamera = this.#streams[name];
    let stream = byCamera.get(camera);
    if (stream === undefined) {
      stream = {
        cache: new GopCache(this.#gopCacheBytes),
        subscribers: new Set(),
        hasVideo: false,
      };
      byCamera.set(camera, stream);
    }
    return stream;
  }

  /** A subscriber of a camera that never came must not leave an entry behind. */
  #forgetIfIdle(camera: CameraId, name: StreamName, stream: Stream): void {
    if (stream.subscribers.size > 0 || stream.hasVideo || stream.cache.bytes > 0) return;
    if (this.#streams[name].get(camera) === stream) this.#streams[name].delete(camera);
  }
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
