import { setTimeout as wait } from 'node:timers/promises';
import { TestFeed } from '@vms/auth/testing/test-feed.ts';
import { createMemoryBus } from '@vms/bus/memory-bus.ts';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { FrameHub } from '@vms/medialink/frame-hub.ts';
import type { FrameSource } from '@vms/medialink/frame-source.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { type StreamConfig, streamConfigSchema } from '../config.ts';
import { createStream, type StreamServiceInstance } from '../service.ts';
import { CAMERA } from './test-camera.ts';
import { TestViewer, type TestViewerOptions } from './test-viewer.ts';

export const INTERNAL_TOKEN = 'internal-token-of-the-test';
export const MEDIA_KEY = new Uint8Array(32).fill(7);
/** Milliseconds after which a condition that does not come is a failure. */
const LIMIT_MS = 15_000;

/** UDP ports of one test file; a file makes fewer services. */
const PORTS_PER_FILE = 32;
/**
 * Node-datachannel holds one listener a port and process. Files that run at the same time have different
 * ports, below those of outgoing connections (32768 and more).
 */
let nextUdpPort = 10_000 + (process.pid % 700) * PORTS_PER_FILE;

/** What a session's creation answers. */
export interface SessionBody {
  readonly session_id: string;
  readonly token: string;
  readonly whep_url: string;
  readonly mse_url: string;
  readonly stream: string;
  readonly expires_at: string;
  readonly playable: Record<'webrtc' | 'mse', { ok: boolean; reason?: string; codecs: string }>;
}

export interface WhepAnswer {
  readonly status: number;
  readonly body: string;
  readonly location: string;
  readonly etag: string;
}

/** A stream service over a hub of this process, with real sockets. */
export class StreamHarness {
  readonly hub = new FrameHub();
  readonly metrics = createMetrics('stream-test', { process: false });
  readonly bus = createMemoryBus();
  readonly feed = new TestFeed();
  readonly config: StreamConfig;
  readonly service: StreamServiceInstance;
  /** Whether a stream that nobody watches yet is unavailable. */
  failsToSubscribe = false;
  readonly #viewers = new Set<TestViewer>();

  private constructor(config: Partial<StreamConfig>, folder?: string) {
    const parsed = streamConfigSchema.parse({});
    const network = { port: 0, udpPort: nextUdpPort++, udpHost: '127.0.0.1' };
    this.config = { ...parsed, ...network, ...config };
    this.service = createStream(this.config, {
      clock: systemClock,
      logger: silentLogger,
      metrics: this.metrics,
      bus: this.bus,
      secrets: { mediaKey: MEDIA_KEY, internalToken: INTERNAL_TOKEN },
      frames: { path: '/nowhere' },
      cameraIds: async () => [CAMERA],
      readRevocations: this.feed.read,
      ...(folder !== undefined && { folder }),
      source: this.#failing(this.hub.open({ queueBytes: 64 * 1024 * 1024 })),
    });
  }

  #failing(source: FrameSource): FrameSource {
    return {
      subscribe: (options) => {
        if (this.failsToSubscribe) throw new Error('No frames, for the test.');
        return source.subscribe(options);
      },
      pause: () => source.pause(),
      resume: () => source.resume(),
      flush: () => source.flush(),
      close: () => source.close(),
      queuedBytes: 0,
    };
  }

  /** @param folder where the service keeps what it knows; default: nowhere */
  static async start(config: Partial<StreamConfig> = {}, folder?: string): Promise<StreamHarness> {
    const harness = new StreamHarness(config, folder);
    await harness.service.start();
    return harness;
  }

  get url(): string {
    return this.service.address?.url ?? '';
  }

  async stop(): Promise<void> {
    for (const viewer of this.#viewers) viewer.close();
    await this.service.stop();
  }

  post(path: string, body: object): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${INTERNAL_TOKEN}` },
      body: JSON.stringify(body),
    });
  }

  async session(stream?: 'main' | 'sub'): Promise<SessionBody> {
    const body = { camera_id: CAMERA, viewer_id: 'test', ...(stream && { stream }) };
    const response = await this.post('/stream', body);
    if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as SessionBody;
  }

  async whep(session: SessionBody, offer: string): Promise<WhepAnswer> {
    const response = await fetch(`${this.url}${session.whep_url}`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', authorization: `Bearer ${session.token}` },
      body: offer,
    });
    return {
      status: response.status,
      body: await response.text(),
      location: response.headers.get('location') ?? '',
      etag: response.headers.get('etag') ?? '',
    };
  }

  /** A viewer that has its answer. */
  async watch(
    options: TestViewerOptions = {},
  ): Promise<{ viewer: TestViewer; session: SessionBody; answer: WhepAnswer }> {
    const session = await this.session();
    const viewer = new TestViewer(options);
    this.#viewers.add(viewer);
    const answer = await this.whep(session, await viewer.offer());
    if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.body}`);
    if (options.acceptAfterMs !== undefined) await wait(options.acceptAfterMs);
    viewer.accept(options.rewrite?.(answer.body) ?? answer.body);
    return { viewer, session, answer };
  }

  /** Closes a viewer and forgets what it got. */
  leave(viewer: TestViewer): void {
    viewer.close();
    this.#viewers.delete(viewer);
  }

  /** The value of a metric's line that starts so. */
  async metric(line: string): Promise<number> {
    const text = await this.metrics.text();
    const found = text.split('\n').find((candidate) => candidate.startsWith(line));
    return Number(found?.split(' ').at(-1) ?? Number.NaN);
  }
}

/** Resolves when the condition holds. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited in vain for: ${what}.`);
    await wait(5);
  }
}
