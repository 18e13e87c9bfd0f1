import type { Clock, MonotonicMs, Timer } from '@vms/common/clock.ts';
import type { QuirkId } from '@vms/wire/rtsp/quirks.ts';
import type { RtspClient } from './rtsp-client.ts';
import { keepAliveIntervalMs, type SessionTerms } from './rtsp-open.ts';
import { FIRST_ANSWER_MS, type SessionMemory } from './session-memory.ts';

/** Of a session's timeout: when a camera that heard no keep-alive ends the session. */
const EARLIEST_TIMEOUT = 0.9;
const LATEST_TIMEOUT = 1.6;

export interface KeepAliveOptions {
  readonly client: Pick<RtspClient, 'request'>;
  readonly clock: Clock;
  readonly memory: SessionMemory;
  /** Aggregate URL of the session. */
  readonly url: string;
  /** Methods that the camera says it has. */
  readonly methods: ReadonlySet<string>;
  readonly terms: SessionTerms | undefined;
  /** What goes out besides: receiver reports. */
  onSend(): void;
  onQuirk(quirk: QuirkId): void;
}

/** Keeps a session that plays alive (RFC 2326 §12.37). An answer is welcome but not demanded. */
export class KeepAlive {
  /** Requests that were not answered. */
  unanswered = 0;
  readonly #options: KeepAliveOptions;
  readonly #timer: Timer;
  readonly #timeoutMs: number;
  readonly #startedAt: MonotonicMs;
  #pending = false;
  #stopped = false;

  constructor(options: KeepAliveOptions) {
    const { clock, terms } = options;
    this.#options = options;
    this.#startedAt = clock.monotonic();
    const interval = keepAliveIntervalMs(terms);
    this.#timeoutMs = Math.min(FIRST_ANSWER_MS, interval * 0.8);
    this.#timer = clock.every(interval, () => void this.send());
  }

  stop(): void {
    this.#stopped = true;
    this.#timer.cancel();
  }

  /** Asks the camera for a sign of life, unless it is being asked. */
  async send(): Promise<void> {
    if (this.#pending || this.#stopped) return;
    const { client, memory, url, methods, onSend, onQuirk } = this.#options;
    this.#pending = true;
    onSend();
    try {
      const method = memory.keepAliveMethod(methods);
      const response = await client.request(method, url, [], this.#timeoutMs);
      if (response.status >= 400) {
        memory.keepAliveFailed(method, methods);
        onQuirk('keep-alive-rejected');
      }
    } catch {
      this.unanswered++;
      if (!this.#stopped) onQuirk('keep-alive');
    } finally {
      this.#pending = false;
    }
  }

  /**
   * The camera has ended the session. Where it did so as if it had heard no keep-alive, at once or in
   * its timeout, the next session uses another method.
   */
  ended(): void {
    this.stop();
    const { clock, memory, methods, terms } = this.#options;
    const lived = clock.monotonic() - this.#startedAt;
    const timeout = (terms?.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000;
    const timedOut = lived >= timeout * EARLIEST_TIMEOUT && lived <= timeout * LATEST_TIMEOUT;
    if (this.#pending || timedOut) memory.keepAliveFailed(memory.keepAliveMethod(methods), methods);
  }
}
