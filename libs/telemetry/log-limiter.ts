import type { Clock, Timer } from '@vms/common/clock.ts';
import type { Logger } from '@vms/common/logger.ts';

/** Milliseconds for which repeats of a line are counted before they are told. */
export const REPEAT_INTERVAL_MS = 1_000;
/** Different lines that are counted at a time; further ones share one counter. */
export const MAX_COUNTED_LINES = 256;

const OVERFLOW = 'too many different lines';

interface Counted {
  repeated: number;
  fields: object;
  message: string;
  timer: Timer;
}

/**
 * Keeps a repeated warning or error from flooding the log: the first is written at once, repeats
 * under the same key are counted, and the last of them is written once a second with `repeated`.
 */
export class LogLimiter {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #counted = new Map<string, Counted>();

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** `key` says what counts as the same: an error code, with the camera where each has its own. */
  warn(key: string, fields: object, message: string): void {
    this.#count('warn', key, fields, message);
  }

  /** See {@link warn}. */
  error(key: string, fields: object, message: string): void {
    this.#count('error', key, fields, message);
  }

  /** Writes what was counted and stops every timer. */
  close(): void {
    for (const [key, counted] of this.#counted) {
      counted.timer.cancel();
      this.#tell(key, counted);
    }
    this.#counted.clear();
  }

  #count(level: 'warn' | 'error', key: string, fields: object, message: string): void {
    let id = `${level} ${key}`;
    let counted = this.#counted.get(id);
    if (counted === undefined && this.#counted.size >= MAX_COUNTED_LINES) {
      id = `${level} ${OVERFLOW}`;
      counted = this.#counted.get(id);
    }
    if (counted !== undefined) {
      counted.repeated++;
      counted.fields = fields;
      counted.message = message;
      return;
    }
    this.#logger[level](fields, message);
    this.#counted.set(id, {
      repeated: 0,
      fields,
      message,
      timer: this.#clock.after(REPEAT_INTERVAL_MS, () => this.#intervalOver(id)),
    });
  }

  #intervalOver(id: string): void {
    const counted = this.#counted.get(id);
    if (counted === undefined) return;
    if (counted.repeated === 0) {
      this.#counted.delete(id);
      return;
    }
    this.#tell(id, counted);
    counted.repeated = 0;
    counted.timer = this.#clock.after(REPEAT_INTERVAL_MS, () => this.#intervalOver(id));
  }

  #tell(id: string, counted: Counted): void {
    if (counted.repeated === 0) return;
    const level = id.startsWith('error ') ? 'error' : 'warn';
    this.#logger[level]({ ...counted.fields, repeated: counted.repeated }, counted.message);
  }
}
