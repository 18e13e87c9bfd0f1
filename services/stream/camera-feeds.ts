import type { CameraId, StreamName } from '@vms/common/ids.ts';
import { MAX_FEEDS } from './bounds.ts';
import { CameraFeed, type FeedDeps } from './camera-feed.ts';
import { StreamError } from './stream-error.ts';

/** The feeds that are open, one a camera stream. */
export class CameraFeeds {
  readonly #deps: FeedDeps;
  readonly #feeds = new Map<string, CameraFeed>();

  constructor(deps: FeedDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#feeds.size;
  }

  values(): IterableIterator<CameraFeed> {
    return this.#feeds.values();
  }

  /** @throws StreamError `stream.limit-reached` */
  open(camera: CameraId, stream: StreamName): CameraFeed {
    const key = `${camera}/${stream}`;
    const open = this.#feeds.get(key);
    if (open !== undefined) return open;
    if (this.#feeds.size >= MAX_FEEDS) {
      throw new StreamError('stream.limit-reached', {
        happened: `${MAX_FEEDS} camera streams are watched already, which is the limit.`,
        remedy: 'Close some live views and try again.',
      });
    }
    const feed = new CameraFeed(camera, stream, this.#deps, () => {
      if (this.#feeds.get(key) === feed) this.#feeds.delete(key);
    });
    this.#feeds.set(key, feed);
    return feed;
  }

  close(): void {
    for (const feed of [...this.#feeds.values()]) feed.close();
  }
}
