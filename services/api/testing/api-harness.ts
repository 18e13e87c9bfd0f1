import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Bus } from '@vms/bus/bus.ts';
import { createMemoryBus } from '@vms/bus/memory-bus.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { createLogger } from '@vms/telemetry/logger.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import type { z } from 'zod';
import { alertsConfigSchema } from '../alerts/config.ts';
import { type ApiConfig, apiConfigSchema } from '../config.ts';
import { type ApiService, createApi } from '../service.ts';
import { type FakeServices, INTERNAL_TOKEN, startFakeServices } from './fake-services.ts';

export const MASTER_KEY = new Uint8Array(32).fill(1);
export const MEDIA_KEY = new Uint8Array(32).fill(2);

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; tests look into it as they like. */
  // biome-ignore lint/suspicious/noExplicitAny: shapes are what the tests assert.
  readonly json: any;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A started API with a real SQLite file, real HTTP, and what was logged, published and announced. */
export interface ApiHarness {
  readonly api: ApiService;
  readonly url: string;
  readonly clock: ManualClock;
  readonly bus: Bus;
  readonly fake: FakeServices;
  readonly logs: string[];
  readonly announced: string[];
  readonly announcedPasswords: string[];
  readonly databasePath: string;
  /** Sent with every request: the session of `signIn`. */
  cookie: string;
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
  signIn(): Promise<void>;
  /** Adds a camera and gives its JSON. */
  addCamera(body?: Record<string, unknown>): Promise<Answer['json']>;
}

export interface StartOptions {
  readonly config?: Partial<ApiConfig>;
  /** `alerts` in vms.yaml. */
  readonly alerts?: z.input<typeof alertsConfigSchema>;
  /** Of a harness before, to start again with the same database, clock and fakes. */
  readonly again?: ApiHarness;
}

export async function startApi(t: TestContext, options: StartOptions = {}): Promise<ApiHarness> {
  const { again } = options;
  const fake = again?.fake ?? (await startFakeServices());
  if (again === undefined) t.after(() => fake.close());
  const databasePath = again?.databasePath ?? join(await folder(t), 'api', 'vms.sqlite');
  const clock = again?.clock ?? new ManualClock();
  const logs = again?.logs ?? [];
  const announced = again?.announced ?? [];
  const announcedPasswords = again?.announcedPasswords ?? [];
  const bus = createMemoryBus();
  const api = createApi(
    apiConfigSchema.parse({
      port: 0,
      databasePath,
      ingestUrl: fake.url,
      storageUrl: fake.url,
      streamUrl: fake.url,
      ...options.config,
    }),
    {
      clock,
      bus,
      logger: createLogger({
        service: 'api',
        level: 'debug',
        destination: { write: (line) => logs.push(line) },
      }),
      metrics: createMetrics('api', { process: false }),
      alerts: alertsConfigSchema.parse(options.alerts ?? {}),
      secrets: { masterKey: MASTER_KEY, internalToken: INTERNAL_TOKEN, mediaKey: MEDIA_KEY },
      timeZone: 'America/Sao_Paulo',
      announceFirstPassword: (text, password) => {
        announced.push(text);
        announcedPasswords.push(password);
      },
    },
  );
  t.after(() => api.stop());
  await api.start();
  const url = api.address?.url ?? '';
  const harness: ApiHarness = {
    api,
    url,
    clock,
    bus,
    fake,
    logs,
    announced,
    announcedPasswords,
    databasePath,
    cookie: '',
    async ask(method, path, { body, headers = {} } = {}) {
      const response = await fetch(url + path, {
        method,
        redirect: 'manual',
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(harness.cookie !== '' && { cookie: harness.cookie, origin: url }),
          ...headers,
        },
        ...(body !== undefined && {
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      const json = isJson ? JSON.parse(text) : undefined;
      return { status: response.status, headers: response.headers, text, json };
    },
    async signIn() {
      const answer = await harness.ask('POST', '/api/v1/session', {
        body: { username: 'admin', password: firstPassword(harness) },
      });
      if (answer.status !== 200)
        throw new Error(`Cannot sign in: ${answer.text} ${logs.slice(-3).join('')}`);
      harness.cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      // The look that a start begins is over then, so that the next one sees what a test does first.
      await harness.ask('GET', '/api/v1/system');
    },
    async addCamera(body = {}) {
      const answer = await harness.ask('POST', '/api/v1/cameras', {
        body: { name: 'Door', url: 'rtsp://192.0.2.7/live', ...body },
      });
      if (answer.status !== 201) throw new Error(`Cannot add a camera: ${answer.text}`);
      return answer.json;
    },
  };
  return harness;
}

export function firstPassword(harness: { readonly announced: readonly string[] }): string {
  return harness.announced[0]?.split(' ').at(-1) ?? '';
}

/** Waits for something that happens outside of the test, looking every few milliseconds. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  patienceMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It did not happen within ${patienceMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'vms-api-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}
