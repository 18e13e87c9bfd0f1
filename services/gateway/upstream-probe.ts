import { request } from 'node:http';
import type { Clock, Timer } from '@vms/common/clock.ts';
import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import type { HealthCheck, HealthStatus } from '@vms/common/lifecycle.ts';

/** Milliseconds between two questions to a service. */
export const PROBE_INTERVAL_MS = 2_000;
/** Milliseconds that a service has to answer `/health`. */
export const PROBE_TIMEOUT_MS = 1_500;
/** Questions in a row that are not answered in time before a service counts as failing. */
export const MISSES_TO_FAIL = 2;
/** Bytes of an answer of `/health` that are read. */
export const MAX_HEALTH_BYTES = 64 * 1024;

const UNKNOWN: HealthCheck = { status: 'degraded', message: 'It has not answered yet.' };

/** Asks a service's `/health` again and again, and knows its last answer. */
export class UpstreamProbe {
  readonly #url: URL;
  readonly #clock: Clock;
  #last = UNKNOWN;
  /** Questions that were not answered in time since the last answer. */
  #misses = 0;
  #timer: Timer | undefined;
  #underWay: Promise<void> | undefined;

  constructor(baseUrl: string, clock: Clock) {
    this.#url = new URL('/health', baseUrl);
    this.#clock = clock;
  }

  get last(): HealthCheck {
    return this.#last;
  }

  start(): void {
    this.#timer ??= this.#clock.every(PROBE_INTERVAL_MS, () => void this.ask());
    void this.ask();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#underWay;
  }

  /** Asks now, unless it is being asked; never rejects. */
  ask(): Promise<void> {
    this.#underWay ??= askHealth(this.#url).then((check) => {
      this.#misses = check.isLate ? this.#misses + 1 : 0;
      // A busy machine is late once in a while: what was known before stays.
      if (this.#misses === 0 || this.#misses >= MISSES_TO_FAIL) this.#last = check.health;
      this.#underWay = undefined;
    });
    return this.#underWay;
  }
}

interface Asked {
  readonly health: HealthCheck;
  /** Whether the service did not answer in time. */
  readonly isLate: boolean;
}

function askHealth(url: URL): Promise<Asked> {
  return new Promise((resolve) => {
    const failing = (message: string, isLate = false): void =>
      resolve({ health: { status: 'failing', message }, isLate });
    const failed = (error: unknown): void => failing(inWords(error), isTimeout(error));
    const asked = request(url, {
      agent: false,
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
      headers: { connection: 'close' },
    });
    asked.once('error', failed);
    asked.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length <= MAX_HEALTH_BYTES) return;
        failing('Its answer is too long.');
        response.destroy();
      });
      response.once('error', failed);
      response.once('end', () => resolve({ health: readHealth(text), isLate: false }));
    });
    asked.end();
  });
}

function inWords(error: unknown): string {
  if (systemErrorCode(error) === 'ECONNREFUSED') return 'It is not running.';
  if (isTimeout(error)) return `It did not answer within ${PROBE_TIMEOUT_MS} ms.`;
  return `It cannot be asked: ${messageOf(error)}.`;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

const STATUSES: ReadonlySet<unknown> = new Set<HealthStatus>(['ok', 'degraded', 'failing']);

/** Status and the words of the checks that are not well. */
function readHealth(text: string): HealthCheck {
  let answer: { status?: unknown; checks?: Record<string, HealthCheck> };
  try {
    answer = JSON.parse(text) ?? {};
  } catch {
    return { status: 'failing', message: 'Its answer is no health report.' };
  }
  if (!STATUSES.has(answer.status)) {
    return { status: 'failing', message: 'Its answer is no health report.' };
  }
  const words = Object.entries(answer.checks ?? {})
    .filter(([, check]) => check.status !== 'ok')
    .map(([name, check]) => `${name}: ${check.message ?? check.status}`);
  const status = answer.status as HealthStatus;
  return words.length > 0 ? { status, message: words.join(' ') } : { status };
}
