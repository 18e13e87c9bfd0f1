import type { Socket } from 'node:net';
import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import { resetConnection } from '@vms/http/reset-connection.ts';
import type { WebSocket } from 'ws';
import { CLOSE_GRACE_MS, MAX_BUFFERED_BYTES, PING_MS, PONG_TIMEOUT_MS } from '../parts/bounds.ts';
import type { PartCache, PartConsumer } from '../parts/part-cache.ts';
import type { Part, PartInit } from '../parts/part-muxer.ts';
import type { Watcher } from '../sessions/session-registry.ts';
import type { StreamMetrics } from '../stream-metrics.ts';

/** Codes of RFC 6455 §7.4: going away, and our own after those of HTTP. */
const GOING_AWAY = 1001;
const CAMERA_GONE = 4404;
/** What the view was allowed by has ended. */
const REVOKED = 4403;

export interface MseViewerOptions {
  readonly socket: WebSocket;
  /** What the WebSocket goes over. */
  readonly connection: Socket;
  readonly cache: PartCache;
  readonly stream: string;
  readonly clock: Clock;
  readonly metrics: StreamMetrics;
  onClosed(viewer: MseViewer): void;
}

/**
 * One viewer by MSE over a WebSocket: JSON `init` with the codecs, the initialization segment, then
 * parts from the newest keyframe on. What its socket does not take in time is dropped up to the next
 * keyframe, and told as `gap`.
 */
export class MseViewer implements Watcher, PartConsumer {
  readonly transport = 'mse';
  sentBytes = 0;
  sentFrames = 0;
  droppedFrames = 0;
  readonly #options: MseViewerOptions;
  readonly #openedAt: MonotonicMs;
  #at = 0;
  #init: PartInit | undefined;
  #waitsForKeyframe = true;
  #gap = false;
  #lastHeardAt: MonotonicMs;
  #lastPingAt: MonotonicMs;
  #closed = false;

  constructor(options: MseViewerOptions) {
    this.#options = options;
    const { cache, clock, socket } = options;
    this.#openedAt = clock.monotonic();
    this.#lastHeardAt = this.#openedAt;
    this.#lastPingAt = this.#openedAt;
    socket.on('close', () => this.close());
    socket.on('error', () => this.close());
    socket.on('pong', () => {
      this.#lastHeardAt = clock.monotonic();
    });
    socket.on('message', () => {
      this.#lastHeardAt = clock.monotonic();
    });
    cache.add(this);
    const keyframe = cache.keyframe;
    this.#at = keyframe < 0 ? cache.next : keyframe;
    this.#pump();
  }

  onPart(): void {
    this.#pump();
  }

  onEnd(): void {
    this.#close(CAMERA_GONE, 'stream.camera-not-found');
  }

  /** Pings, and gives up a socket that no longer answers. */
  tick(now: MonotonicMs): void {
    if (this.#closed) return;
    if (now - this.#lastHeardAt > PONG_TIMEOUT_MS) {
      this.#options.socket.terminate();
      this.close();
    } else if (now - this.#lastPingAt >= PING_MS) {
      this.#lastPingAt = now;
      this.#options.socket.ping();
    }
  }

  close(revoked = false): void {
    if (revoked) this.#close(REVOKED, 'auth.media-token-revoked');
    else this.#close(GOING_AWAY, '');
  }

  #close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.cache.remove(this);
    const { clock, connection, socket } = this.#options;
    if (socket.readyState === socket.OPEN) socket.close(code, reason);
    // A viewer that reads slowly, or not at all, gets no more of what waits for it.
    const timer = clock.after(CLOSE_GRACE_MS, () => resetConnection(connection));
    connection.once('close', () => timer.cancel());
    this.#options.onClosed(this);
  }

  #pump(): void {
    if (this.#closed) return;
    const { cache, socket } = this.#options;
    if (this.#at < cache.first) {
      this.#dropUntil(Math.max(cache.first, cache.keyframe));
    }
    while (this.#at < cache.next) {
      const part = cache.part(this.#at);
      if (part === undefined) break;
      if (socket.bufferedAmount + part.bytes.length > MAX_BUFFERED_BYTES && this.#init) {
        this.#waitsForKeyframe = true;
        this.#gap = true;
      }
      this.#at++;
      if (this.#waitsForKeyframe && (!part.keyframe || this.#isFull(part))) {
        if (part.hasVideo && this.#gap) this.#drop(1);
        continue;
      }
      this.#send(part);
    }
  }

  #isFull(part: Part): boolean {
    return this.#options.socket.bufferedAmount + part.bytes.length > MAX_BUFFERED_BYTES;
  }

  #send(part: Part): void {
    const { clock, metrics, socket, stream } = this.#options;
    if (this.#gap) socket.send(JSON.stringify({ type: 'gap' }));
    this.#gap = false;
    this.#waitsForKeyframe = false;
    if (part.init !== this.#init) {
      const first = this.#init === undefined;
      this.#init = part.init;
      const { codecs } = part.init;
      const about = { codecs, wallClock: part.wallClock, start: part.start, stream };
      socket.send(JSON.stringify({ type: first ? 'init' : 'config', ...about }));
      socket.send(part.init.bytes);
    }
    socket.send(part.bytes);
    const now = clock.monotonic();
    this.sentBytes += part.bytes.length;
    metrics.mseSent(part.bytes.length);
    if (!part.hasVideo) return;
    if (this.sentFrames++ === 0) metrics.firstFrame('mse', now - this.#openedAt);
    const { receivedAt } = part;
    if (receivedAt !== undefined && receivedAt >= this.#openedAt) {
      metrics.serverAdded('mse', Math.max(0, now - receivedAt));
    }
  }

  #dropUntil(number: number): void {
    this.#drop(number - this.#at);
    this.#at = number;
    this.#waitsForKeyframe = true;
    this.#gap = true;
  }

  #drop(frames: number): void {
    this.droppedFrames += frames;
    this.#options.metrics.mseDropped(frames);
  }
}
