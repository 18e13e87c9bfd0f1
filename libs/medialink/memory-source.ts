import type { Frame } from '@vms/common/frame.ts';
import type {
  FrameGap,
  FrameSource,
  FrameSourceOptions,
  SubscribeOptions,
  Subscription,
} from './frame-source.ts';
import type { FrameSink } from './hub-subscriber.ts';

type Waiting =
  | { readonly options: SubscribeOptions; readonly frame: Frame }
  | { readonly options: SubscribeOptions; readonly gap: FrameGap };

/** What a source takes its frames from: the hub. */
interface Attachable {
  attach(options: SubscribeOptions, sink: FrameSink): Subscription;
}

/** A consumer in the hub's own process: called at once, or queued while paused. */
export class MemorySource implements FrameSource, FrameSink {
  readonly patient = false;
  readonly #hub: Attachable;
  readonly #queueBytes: number;
  readonly #subscriptions = new Set<Subscription>();
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #paused = false;

  constructor(hub: Attachable, options: FrameSourceOptions) {
    this.#hub = hub;
    this.#queueBytes = options.queueBytes;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  hasRoom(bytes: number): boolean {
    return !this.#paused || this.#queuedBytes + bytes <= this.#queueBytes;
  }

  subscribe(options: SubscribeOptions): Subscription {
    let open = true;
    const attached = this.#hub.attach(
      {
        ...options,
        onFrame: (frame) => {
          if (!open) return;
          if (!this.#paused) {
            options.onFrame(frame);
            return;
          }
          this.#queue.push({ options, frame });
          this.#queuedBytes += frame.payload.length;
        },
        onGap: (gap) => {
          if (!this.#paused) options.onGap?.(gap);
          else this.#queue.push({ options, gap });
        },
      },
      this,
    );
    const subscription = {
      close: () => {
        open = false;
        this.#subscriptions.delete(subscription);
        this.#queue = this.#queue.filter((waiting) => waiting.options !== options);
        this.#queuedBytes = bytesOf(this.#queue);
        attached.close();
      },
    };
    this.#subscriptions.add(subscription);
    return subscription;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    while (!this.#paused) {
      const waiting = this.#queue.shift();
      if (waiting === undefined) return;
      if ('gap' in waiting) {
        waiting.options.onGap?.(waiting.gap);
      } else {
        this.#queuedBytes -= waiting.frame.payload.length;
        waiting.options.onFrame(waiting.frame);
      }
    }
  }

  /** Nothing is held back in one process. */
  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.close();
  }
}

function bytesOf(queue: readonly Waiting[]): number {
  let bytes = 0;
  for (const waiting of queue) if ('frame' in waiting) bytes += waiting.frame.payload.length;
  return bytes;
}
