import type { Frame } from '@vms/common/frame.ts';
import { Join } from '@vms/media/join.ts';
import { DroppedFrames } from './dropped-frames.ts';
import type { SubscribeOptions } from './frame-source.ts';

/** What a subscriber hands frames to, and what tells it whether there is room. */
export interface FrameSink {
  /** Holds frames together before it passes them on, so that nothing is lost where they come late. */
  readonly patient: boolean;
  /** Whether `bytes` more of payload may wait here. */
  hasRoom(bytes: number): boolean;
}

/**
 * One subscription to one stream. Invariant: what is delivered always starts at a keyframe, after
 * the beginning and after every drop; so a slow subscriber loses whole tails of GOPs and never gets
 * a frame that it cannot decode: neither one behind a drop, nor a leading picture of an open random
 * access point with which it begins.
 */
export class HubSubscriber {
  readonly options: SubscribeOptions;
  readonly #sink: FrameSink;
  readonly #join = new Join();
  #waitsForKeyframe = true;
  readonly #dropped: DroppedFrames;

  constructor(options: SubscribeOptions, sink: FrameSink) {
    this.options = options;
    this.#sink = sink;
    this.#dropped = new DroppedFrames(options, 'slow-consumer');
  }

  /** See {@link FrameSink.patient}. */
  get patient(): boolean {
    return this.#sink.patient;
  }

  /** @param streamHasVideo a stream without video starts at any frame. */
  offer(frame: Frame, streamHasVideo: boolean): void {
    const startsHere = frame.keyframe && (frame.config.kind === 'video' || !streamHasVideo);
    if (this.#waitsForKeyframe && !startsHere) {
      // What comes before the first keyframe was never to be delivered.
      if (this.#dropped.any) this.#dropped.add(frame);
      return;
    }
    if (!this.#sink.hasRoom(frame.payload.length)) {
      this.#waitsForKeyframe = true;
      this.#dropped.add(frame);
      return;
    }
    if (this.#isSkipped(frame)) return;
    this.#waitsForKeyframe = false;
    if (this.#dropped.any) this.options.onGap?.(this.#dropped.take(frame.wallClock));
    this.options.onFrame(frame);
  }

  #isSkipped({ config, payload, pts }: Frame): boolean {
    if (config.kind !== 'video') return false;
    const { codec } = config;
    if (!this.#waitsForKeyframe) {
      return this.#join.isOpen && this.#join.skips({ codec, payload, time: pts });
    }
    this.#join.begin({ codec, payload, time: pts });
    return false;
  }
}
