import type { Frame } from '@vms/common/frame.ts';
import { StartPoints } from '@vms/media/start-points.ts';
import type { Subscription } from '@vms/medialink/frame-source.ts';
import type { CameraFeed } from '../camera-feed.ts';
import { MAX_PART_CACHE_BYTES, MAX_PARTS } from './bounds.ts';
import { type Part, type PartInit, PartMuxer } from './part-muxer.ts';

/** Who takes parts as they are made. */
export interface PartConsumer {
  onPart(): void;
  /** The camera is gone for good. */
  onEnd(): void;
}

/**
 * The newest parts of one camera stream, made once for all its viewers: back to the newest keyframe
 * wherever it fits, bounded in bytes. Viewers read it each at its own number.
 */
export class PartCache {
  readonly #muxer: PartMuxer;
  readonly #subscription: Subscription;
  readonly #release: () => void;
  readonly #consumers = new Set<PartConsumer>();
  #parts: Part[] = [];
  #ended = false;
  #first = 0;
  #bytes = 0;
  readonly #starts = new StartPoints();

  constructor(feed: CameraFeed) {
    this.#muxer = new PartMuxer(feed.startedAt, feed.audio, (part, frame) =>
      this.#add(part, frame),
    );
    this.#release = feed.hold();
    this.#subscription = feed.consume({
      onFrame: (frame) => this.#muxer.take(frame),
      onEnd: () => {
        this.#ended = true;
        for (const consumer of [...this.#consumers]) consumer.onEnd();
      },
    });
  }

  /** Of the newest part. */
  get init(): PartInit | undefined {
    return this.#muxer.init;
  }

  get first(): number {
    return this.#first;
  }

  get next(): number {
    return this.#first + this.#parts.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Number of the part to begin with, so that the newest picture is whole; -1 where it is not kept. */
  get keyframe(): number {
    const { start = -1 } = this.#starts;
    return start >= this.#first ? start : -1;
  }

  part(number: number): Part | undefined {
    return this.#parts[number - this.#first];
  }

  add(consumer: PartConsumer): void {
    this.#consumers.add(consumer);
    if (this.#ended) queueMicrotask(() => consumer.onEnd());
  }

  remove(consumer: PartConsumer): void {
    this.#consumers.delete(consumer);
  }

  close(): void {
    this.#subscription.close();
    this.#release();
    this.#consumers.clear();
    this.#parts = [];
  }

  #add(part: Part, frame: Frame): void {
    if (part.hasVideo) this.#starts.add(frame, this.next);
    this.#parts.push(part);
    this.#bytes += part.bytes.length;
    let count = 0;
    while (
      count < this.#parts.length - 1 &&
      (this.#bytes > MAX_PART_CACHE_BYTES || this.#parts.length - count > MAX_PARTS)
    ) {
      this.#bytes -= this.#parts[count]?.bytes.length ?? 0;
      count++;
    }
    if (count > 0) {
      this.#parts = this.#parts.slice(count);
      this.#first += count;
    }
    for (const consumer of this.#consumers) consumer.onPart();
  }
}
