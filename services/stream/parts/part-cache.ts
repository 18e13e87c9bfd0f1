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
  #first = 0;
  #bytes = 0;
  #keyframe = -1;

  constructor(feed: CameraFeed) {
    this.#release = feed.hold();
    this.#muxer = new PartMuxer(feed.startedAt, feed.audio, (part) => this.#add(part));
    this.#subscription = feed.consume({
      onFrame: (frame) => this.#muxer.take(frame),
      onEnd: () => {
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

  /** Number of the newest part that starts with a keyframe and is kept, or -1. */
  get keyframe(): number {
    return this.#keyframe >= this.#first ? this.#keyframe : -1;
  }

  part(number: number): Part | undefined {
    return this.#parts[number - this.#first];
  }

  add(consumer: PartConsumer): void {
    this.#consumers.add(consumer);
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

  #add(part: Part): void {
    if (part.keyframe) this.#keyframe = this.next;
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
