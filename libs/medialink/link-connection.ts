import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clock, Timer } from '@vms/common/clock.ts';
import type { CodecConfig, Frame } from '@vms/common/frame.ts';
import type { Logger } from '@vms/common/logger.ts';
import {
  HEARTBEAT_MS,
  HELLO_TIMEOUT_MS,
  MAX_COALESCE_MS,
  MAX_CONFIGS_PER_SUBSCRIPTION,
  MAX_SUBSCRIPTIONS_PER_CONNECTION,
  SEND_BUFFER_BYTES,
} from './bounds.ts';
import { DroppedFrames } from './dropped-frames.ts';
import type { FrameHub } from './frame-hub.ts';
import type { FrameGap, Subscription } from './frame-source.ts';
import {
  decodeControl,
  encodeConfig,
  encodeControl,
  encodeFramePrefix,
  type Hello,
  LINK_VERSION,
  MESSAGE,
  malformed,
  type Subscribe,
} from './link-protocol.ts';
import { MediaLinkError } from './medialink-error.ts';
import { MessageReader } from './message-reader.ts';

/** Bytes that end the holding back of frames before its time is over. */
const COALESCE_BYTES = 1024 * 1024;

interface Outgoing {
  readonly head: Buffer;
  readonly payload: Uint8Array | undefined;
}

export interface LinkConnectionDeps {
  readonly hub: FrameHub;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What a client must show; undefined where the socket's directory is the protection. */
  readonly token: string | undefined;
}

/** The hub's end of one connection: one byte budget for all its subscriptions. */
export class LinkConnection {
  readonly #socket: Socket;
  readonly #deps: LinkConnectionDeps;
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #timers: Timer[] = [];
  #queue: Outgoing[] = [];
  #queuedBytes = 0;
  #queueBytes = 0;
  #coalesceMs = 0;
  #flushTimer: Timer | undefined;
  #flushSoon = false;
  /** The send buffer was full: what waits goes out as soon as it has drained, not at the next flush. */
  #blocked = false;
  #greeted = false;

  constructor(socket: Socket, deps: LinkConnectionDeps) {
    this.#socket = socket;
    this.#deps = deps;
    socket.setNoDelay(true);
    const reader = new MessageReader((type, body) => this.#receive(type, body));
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        this.#refuse(error);
      }
    });
    socket.on('drain', () => {
      if (this.#blocked) this.#flush();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#release());
    this.#timers.push(
      deps.clock.after(HELLO_TIMEOUT_MS, () => {
        if (!this.#greeted) socket.destroy();
      }),
      deps.clock.every(HEARTBEAT_MS, () => {
        if (this.#greeted && socket.writableLength === 0) {
          this.#send({ head: encodeControl(MESSAGE.heartbeat, {}), payload: undefined });
        }
      }),
    );
  }

  get patient(): boolean {
    return this.#coalesceMs > 0;
  }

  hasRoom(bytes: number): boolean {
    return this.#queuedBytes + bytes <= this.#queueBytes;
  }

  close(): void {
    this.#coalesceMs = 0;
    this.#flush();
    this.#socket.end();
    this.#socket.destroySoon();
  }

  #receive(type: number, body: Buffer): void {
    if (!this.#greeted) {
      if (type !== MESSAGE.hello) throw malformed('no greeting');
      this.#greet(decodeControl<Hello>(body));
    } else if (type === MESSAGE.subscribe) {
      this.#subscribe(decodeControl<Subscribe>(body));
    } else if (type === MESSAGE.unsubscribe) {
      const { subscription } = decodeControl<{ subscription: number }>(body);
      this.#subscriptions.get(subscription)?.close();
      this.#subscriptions.delete(subscription);
    } else if (type === MESSAGE.flush) {
      this.#flushTimer?.cancel();
      this.#queue.push({ head: encodeControl(MESSAGE.flushed, {}), payload: undefined });
      this.#flushTimer = undefined;
      // Not with the next turn of the event loop, before which ingest may nap.
      this.#flush();
    } else {
      throw malformed(`a message of unknown type ${type}`);
    }
  }

  #greet(hello: Hello): void {
    const { token } = this.#deps;
    if (token !== undefined && !sameText(token, String(hello.token))) {
      throw new MediaLinkError(
        'medialink.unauthorized',
        'The media link needs the internal token.',
      );
    }
    if (hello.version !== LINK_VERSION) {
      throw new MediaLinkError('medialink.version', {
        happened: `This end speaks version ${LINK_VERSION} of the media link, the other ${hello.version}.`,
        remedy: 'Run the same version on both ends.',
      });
    }
    this.#greeted = true;
    this.#queueBytes = Math.max(0, Number(hello.queueBytes) || 0);
    const welcome = { version: LINK_VERSION, hub: this.#deps.hub.id };
    this.#send({ head: encodeControl(MESSAGE.welcome, welcome), payload: undefined });
    // What is asked for from here on may be held back.
    this.#coalesceMs = Math.min(MAX_COALESCE_MS, Math.max(0, Number(hello.coalesceMs) || 0));
  }

  #subscribe(request: Subscribe): void {
    const { subscription: id, camera, stream, startWith } = request;
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS_PER_CONNECTION) {
      throw malformed(`more than ${MAX_SUBSCRIPTIONS_PER_CONNECTION} subscriptions`);
    }
    if (this.#subscriptions.has(id)) throw malformed(`subscription ${id} twice`);
    const configs = new Map<CodecConfig, number>();
    /** Those that the link cannot carry. */
    const refused = new WeakSet<CodecConfig>();
    const uncarried = new DroppedFrames({ camera, stream }, 'configuration');
    let nextConfig = 0;
    const announce = (config: CodecConfig): number | undefined => {
      if (refused.has(config)) return undefined;
      const index = nextConfig;
      let head: Buffer;
      try {
        head = encodeConfig(id, index, config);
      } catch (error) {
        refused.add(config);
        const fields = { error, camera, stream, recordBytes: config.record.length };
        this.#deps.logger.error(fields, 'A codec configuration is too large for the media link.');
        return undefined;
      }
      nextConfig = (nextConfig + 1) % MAX_CONFIGS_PER_SUBSCRIPTION;
      for (const [known, other] of configs) if (other === index) configs.delete(known);
      configs.set(config, index);
      this.#send({ head, payload: undefined });
      return index;
    };
    const onGap = (gap: FrameGap): void =>
      this.#send({
        head: encodeControl(MESSAGE.gap, { subscription: id, gap }),
        payload: undefined,
      });
    const attached = this.#deps.hub.attach(
      {
        camera,
        stream,
        startWith,
        onFrame: (frame) => {
          const config = configs.get(frame.config) ?? announce(frame.config);
          const isVideo = frame.config.kind === 'video';
          if (config === undefined) {
            if (isVideo) uncarried.add(frame);
            return;
          }
          if (uncarried.any && isVideo) onGap(uncarried.take(frame.wallClock));
          this.#sendFrame(id, config, frame);
        },
        onGap,
        onEnd: () => {
          this.#subscriptions.delete(id);
          this.#send({
            head: encodeControl(MESSAGE.end, { subscription: id }),
            payload: undefined,
          });
        },
      },
      this,
    );
    this.#subscriptions.set(id, attached);
  }

  #sendFrame(subscription: number, config: number, frame: Frame): void {
    this.#send({ head: encodeFramePrefix(subscription, config, frame), payload: frame.payload });
  }

  #send(outgoing: Outgoing): void {
    this.#queue.push(outgoing);
    this.#queuedBytes += outgoing.payload?.length ?? 0;
    if (this.#coalesceMs > 0 && this.#queuedBytes < COALESCE_BYTES) {
      this.#flushTimer ??= this.#deps.clock.after(this.#coalesceMs, () => {
        this.#flushTimer = undefined;
        this.#flush();
      });
    } else if (!this.#flushSoon) {
      this.#flushSoon = true;
      setImmediate(() => {
        this.#flushSoon = false;
        this.#flush();
      });
    }
  }

  /** Everything that is ready in one write, as far as the send buffer has room. */
  #flush(): void {
    const socket = this.#socket;
    if (this.#queue.length === 0 || socket.destroyed) return;
    this.#blocked = socket.writableLength >= SEND_BUFFER_BYTES;
    if (this.#blocked) return;
    let sent = 0;
    socket.cork();
    for (const { head, payload } of this.#queue) {
      if (socket.writableLength >= SEND_BUFFER_BYTES) {
        this.#blocked = true;
        break;
      }
      socket.write(head);
      if (payload !== undefined) {
        socket.write(payload);
        this.#queuedBytes -= payload.length;
      }
      sent++;
    }
    socket.uncork();
    this.#queue = sent === this.#queue.length ? [] : this.#queue.slice(sent);
  }

  #refuse(error: unknown): void {
    const code = error instanceof MediaLinkError ? error.code : 'medialink.protocol';
    const message = error instanceof Error ? error.message : String(error);
    this.#deps.logger.warn({ code }, `A media link connection was refused: ${message}`);
    this.#socket.end(encodeControl(MESSAGE.refused, { code, message }));
    this.#socket.destroySoon();
  }

  #release(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#flushTimer?.cancel();
    for (const subscription of this.#subscriptions.values()) subscription.close();
    this.#subscriptions.clear();
    this.#queue = [];
    this.#queuedBytes = 0;
  }
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
