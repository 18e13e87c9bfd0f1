import { connect, type Socket } from 'node:net';
import type { Clock, Timer } from '@vms/common/clock.ts';
import type { CodecConfig, Frame } from '@vms/common/frame.ts';
import type { Logger } from '@vms/common/logger.ts';
import {
  FAILURE_LOG_INTERVAL_MS,
  LINK_TIMEOUT_MS,
  RECONNECT_FIRST_MS,
  RECONNECT_LONGEST_MS,
} from './bounds.ts';
import { DroppedFrames } from './dropped-frames.ts';
import type { LinkAddress } from './frame-server.ts';
import type {
  FrameSource,
  FrameSourceOptions,
  SubscribeOptions,
  Subscription,
} from './frame-source.ts';
import {
  type ConfigMessage,
  decodeConfig,
  decodeControl,
  decodeFrame,
  encodeControl,
  type GapMessage,
  LINK_VERSION,
  MESSAGE,
  type Welcome,
} from './link-protocol.ts';
import { MessageReader } from './message-reader.ts';

const FLUSH = encodeControl(MESSAGE.flush, {});

/** All connections of a process read into one buffer: libuv calls back synchronously, messages are copied out. */
const READ_BUFFER = Buffer.allocUnsafeSlow(256 * 1024);

export interface FrameClientOptions extends FrameSourceOptions {
  readonly address: LinkAddress;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly token?: string;
  /** Milliseconds that frames may be held back, unless `flush` asks for them, to come several in one read; default 0. */
  readonly coalesceMs?: number;
  /** The connection is up (again), or down; for health and alarms. */
  onLink?(up: boolean): void;
}

interface ClientSubscription {
  readonly id: number;
  readonly options: SubscribeOptions;
  readonly configs: Map<number, CodecConfig>;
  /** Frames whose configuration was not told. */
  readonly uncarried: DroppedFrames;
  /** Sequence and time of the last frame that was handed on; undefined before the first. */
  lastSequence: number | undefined;
  lastWallClock: number;
  /** Set by a new connection to the same hub, until its first new frame. */
  resuming: boolean;
}

/**
 * Takes frames from a hub in another process. Connects again by itself, for ever, and asks again for
 * what was subscribed: where the hub is still the same, frames that came already are skipped, so that
 * a short break of the link shows no seam.
 */
export function connectFrames(options: FrameClientOptions): FrameSource {
  return new FrameClient(options);
}

class FrameClient implements FrameSource {
  readonly #options: FrameClientOptions;
  readonly #subscriptions = new Map<number, ClientSubscription>();
  readonly queuedBytes = 0;
  #nextId = 1;
  #socket: Socket | undefined;
  #welcomed = false;
  #hub: string | undefined;
  #paused = false;
  #closed = false;
  #waitMs = RECONNECT_FIRST_MS;
  #reconnect: Timer | undefined;
  #lastHeard: number;
  /** Calls of consumers that threw since the last was reported. */
  #failures = 0;
  #failureToldAt = Number.NEGATIVE_INFINITY;
  readonly #watchdog: Timer;
  /** Those that are not answered yet, the oldest first. */
  readonly #flushes: (() => void)[] = [];

  constructor(options: FrameClientOptions) {
    this.#options = options;
    this.#lastHeard = options.clock.monotonic();
    this.#watchdog = options.clock.every(LINK_TIMEOUT_MS / 4, () => this.#checkAlive());
    this.#connect();
  }

  subscribe(options: SubscribeOptions): Subscription {
    const subscription: ClientSubscription = {
      id: this.#nextId++,
      options,
      configs: new Map(),
      uncarried: new DroppedFrames(options, 'configuration'),
      lastSequence: undefined,
      lastWallClock: 0,
      resuming: false,
    };
    this.#subscriptions.set(subscription.id, subscription);
    if (this.#welcomed) this.#ask(subscription);
    return {
      close: () => {
        if (!this.#subscriptions.delete(subscription.id) || !this.#welcomed) return;
        this.#socket?.write(encodeControl(MESSAGE.unsubscribe, { subscription: subscription.id }));
      },
    };
  }

  pause(): void {
    this.#paused = true;
    this.#socket?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#lastHeard = this.#options.clock.monotonic();
    this.#socket?.resume();
  }

  flush(): Promise<void> {
    if (!this.#welcomed || this.#paused) return Promise.resolve();
    this.#socket?.write(FLUSH);
    return new Promise((resolve) => this.#flushes.push(resolve));
  }

  close(): void {
    this.#closed = true;
    this.#reconnect?.cancel();
    this.#watchdog.cancel();
    this.#subscriptions.clear();
    this.#socket?.destroy();
  }

  #connect(): void {
    const { address, token, queueBytes, coalesceMs, logger } = this.#options;
    const reader = new MessageReader((type, body) => this.#receive(type, body));
    const socket = connect({
      ...address,
      onread: {
        buffer: READ_BUFFER,
        callback: (bytes, buffer) => {
          this.#lastHeard = this.#options.clock.monotonic();
          try {
            reader.push(buffer, bytes);
          } catch (error) {
            logger.warn({ error }, 'The media link sent something malformed; connecting again.');
            socket.destroy();
          }
          return !this.#paused;
        },
      },
    });
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('connect', () => {
      this.#lastHeard = this.#options.clock.monotonic();
      const hello = {
        version: LINK_VERSION,
        token: token ?? '',
        queueBytes,
        coalesceMs: coalesceMs ?? 0,
      };
      socket.write(encodeControl(MESSAGE.hello, hello));
    });
    // The reason is in 'close' for all that matters: the other end is away, so try again.
    socket.on('error', () => {});
    socket.on('close', () => this.#onClose());
  }

  #onClose(): void {
    if (this.#welcomed) this.#options.onLink?.(false);
    this.#welcomed = false;
    for (const settle of this.#flushes.splice(0)) settle();
    if (this.#closed) return;
    this.#reconnect = this.#options.clock.after(this.#waitMs, () => this.#connect());
    this.#waitMs = Math.min(RECONNECT_LONGEST_MS, this.#waitMs * 2);
  }

  #checkAlive(): void {
    if (this.#paused || this.#socket === undefined || this.#socket.destroyed) return;
    if (this.#options.clock.monotonic() - this.#lastHeard > LINK_TIMEOUT_MS) this.#socket.destroy();
  }

  #ask(subscription: ClientSubscription): void {
    subscription.configs.clear();
    const { camera, stream, startWith } = subscription.options;
    // After a break the GOP holds what was missed meanwhile.
    const from = subscription.lastSequence === undefined ? startWith : 'gop';
    const request = { subscription: subscription.id, camera, stream, startWith: from };
    this.#socket?.write(encodeControl(MESSAGE.subscribe, request));
  }

  #receive(type: number, body: Buffer): void {
    switch (type) {
      case MESSAGE.frame:
        this.#receiveFrame(body);
        break;
      case MESSAGE.config: {
        const message = decodeControl<ConfigMessage>(body);
        const known = this.#subscriptions.get(message.subscription);
        known?.configs.set(message.index, decodeConfig(message));
        break;
      }
      case MESSAGE.gap: {
        const { subscription, gap } = decodeControl<GapMessage>(body);
        const known = this.#subscriptions.get(subscription);
        this.#hand(known, () => known?.options.onGap?.(gap));
        break;
      }
      case MESSAGE.end: {
        const { subscription } = decodeControl<{ subscription: number }>(body);
        const ended = this.#subscriptions.get(subscription);
        this.#subscriptions.delete(subscription);
        this.#hand(ended, () => ended?.options.onEnd?.());
        break;
      }
      case MESSAGE.flushed:
        this.#flushes.shift()?.();
        break;
      case MESSAGE.welcome:
        this.#welcome(decodeControl<Welcome>(body));
        break;
      case MESSAGE.refused:
        this.#options.logger.error(
          decodeControl<object>(body),
          'The media link refused this client.',
        );
        break;
      default:
      // A heartbeat, or what a newer server says: both only show that it lives.
    }
  }

  #welcome(welcome: Welcome): void {
    const sameHub = this.#hub === welcome.hub;
    this.#hub = welcome.hub;
    this.#welcomed = true;
    this.#waitMs = RECONNECT_FIRST_MS;
    for (const subscription of this.#subscriptions.values()) {
      if (!sameHub) subscription.lastSequence = undefined;
      subscription.resuming = subscription.lastSequence !== undefined;
      this.#ask(subscription);
    }
    this.#options.onLink?.(true);
  }

  #receiveFrame(body: Buffer): void {
    const fields = decodeFrame(body);
    const subscription = this.#subscriptions.get(fields.subscription);
    const config = subscription?.configs.get(fields.config);
    if (subscription === undefined) return;
    const { camera, stream } = subscription.options;
    const { uncarried } = subscription;
    if (config === undefined) {
      if (!uncarried.any) {
        const unknown = { camera, stream, config: fields.config };
        this.#options.logger.error(unknown, 'Frames came without their codec configuration.');
      }
      uncarried.add(fields.frame);
      return;
    }
    const frame: Frame = { camera, stream, config, ...fields.frame };
    const last = subscription.lastSequence;
    // Only the GOP after a break of the link brings what came already; a lower number at a later time is
    // a stream that was begun again.
    const isOlder = last !== undefined && frame.sequence <= last;
    if (isOlder && subscription.resuming && frame.wallClock <= subscription.lastWallClock) return;
    if (subscription.resuming && last !== undefined && frame.sequence > last + 1) {
      this.#tellLinkLoss(subscription, last, frame);
    }
    subscription.resuming = false;
    subscription.lastSequence = frame.sequence;
    subscription.lastWallClock = frame.wallClock;
    if (uncarried.any && frame.keyframe && config.kind === 'video') {
      const gap = uncarried.take(frame.wallClock);
      this.#hand(subscription, () => subscription.options.onGap?.(gap));
    }
    this.#hand(subscription, () => subscription.options.onFrame(frame));
  }

  /** Calls a consumer. One that throws has no part in what the others get, or in the link. */
  #hand(subscription: ClientSubscription | undefined, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#failures++;
      const now = this.#options.clock.monotonic();
      if (now - this.#failureToldAt < FAILURE_LOG_INTERVAL_MS) return;
      const { camera, stream } = subscription?.options ?? {};
      const fields = { error, camera, stream, failures: this.#failures };
      this.#options.logger.error(fields, 'A consumer of frames failed.');
      this.#failureToldAt = now;
      this.#failures = 0;
    }
  }

  /** Frames between the last before the break and the keyframe after it are gone with the link. */
  #tellLinkLoss(subscription: ClientSubscription, last: number, frame: Frame): void {
    const { camera, stream } = subscription.options;
    const gap = {
      camera,
      stream,
      from: subscription.lastWallClock,
      to: frame.wallClock,
      droppedFrames: frame.sequence - last - 1,
      droppedBytes: 0,
      cause: 'link-lost',
    } as const;
    this.#hand(subscription, () => subscription.options.onGap?.(gap));
  }
}
