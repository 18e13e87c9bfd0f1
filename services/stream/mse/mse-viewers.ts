import type { Socket } from 'node:net';
import type { Clock, Timer } from '@vms/common/clock.ts';
import type { WebSocket } from 'ws';
import { SWEEP_MS } from '../bounds.ts';
import type { CameraFeed } from '../camera-feed.ts';
import { PartCache } from '../parts/part-cache.ts';
import type { Session, SessionRegistry } from '../sessions/session-registry.ts';
import type { StreamMetrics } from '../stream-metrics.ts';
import { MseViewer } from './mse-viewer.ts';

export interface MseViewersDeps {
  readonly clock: Clock;
  readonly metrics: StreamMetrics;
  readonly sessions: SessionRegistry;
}

/** A WebSocket, and what it goes over. */
export interface LiveSocket {
  readonly socket: WebSocket;
  readonly connection: Socket;
}

/** All viewers by MSE, and the parts of the streams that they watch. */
export class MseViewers {
  readonly #deps: MseViewersDeps;
  readonly #viewers = new Set<MseViewer>();
  readonly #caches = new Map<CameraFeed, { cache: PartCache; viewers: number }>();
  readonly #timer: Timer;

  constructor(deps: MseViewersDeps) {
    this.#deps = deps;
    this.#timer = deps.clock.every(SWEEP_MS, () => {
      const now = deps.clock.monotonic();
      for (const viewer of [...this.#viewers]) viewer.tick(now);
    });
  }

  get size(): number {
    return this.#viewers.size;
  }

  /** The socket is served until it closes, the session ends, or the camera is gone. */
  accept(session: Session, { socket, connection }: LiveSocket, feed: CameraFeed): void {
    const { clock, metrics, sessions } = this.#deps;
    const known = this.#caches.get(feed) ?? { cache: new PartCache(feed), viewers: 0 };
    known.viewers++;
    this.#caches.set(feed, known);
    const leave = (): void => {
      known.viewers--;
      if (known.viewers > 0) return;
      this.#caches.delete(feed);
      known.cache.close();
    };
    let viewer: MseViewer;
    try {
      viewer = new MseViewer({
        socket,
        connection,
        cache: known.cache,
        stream: session.stream,
        clock,
        metrics,
        onClosed: (closed) => {
          this.#viewers.delete(closed);
          sessions.unwatch(session, closed);
          leave();
        },
      });
    } catch (error) {
      leave();
      throw error;
    }
    this.#viewers.add(viewer);
    sessions.watch(session, viewer);
  }

  close(): void {
    this.#timer.cancel();
    for (const viewer of [...this.#viewers]) viewer.close();
  }
}
