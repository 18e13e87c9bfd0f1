import type { Logger } from '@vms/common/logger.ts';
import pino from 'pino';
import { redact, redactText } from './redact.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where log lines go: one JSON object a line, each with its line feed. */
export interface LogDestination {
  write(line: string): void;
}

/** The lowest level that loggers write, which may change while they are in use. */
export class LogThreshold {
  level: LogLevel;

  constructor(level: LogLevel) {
    this.level = level;
  }

  admits(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(this.level);
  }
}

export interface LoggerOptions {
  /** Name of the service, in every line. */
  readonly service: string;
  /** Lowest level that is written. Default `info`. */
  readonly level?: LogLevel | LogThreshold;
  /** Default: standard output, written synchronously, so that the last line of a crash is there. */
  readonly destination?: LogDestination;
}

/**
 * A logger of JSON lines with times in UTC. Fields and messages go through redact.ts: passwords,
 * tokens, cookies, authorization values and user information of URLs never reach a log.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { level = 'info' } = options;
  const threshold = level instanceof LogThreshold ? level : new LogThreshold(level);
  const root = pino(
    {
      // What is written is decided by the threshold.
      level: 'debug',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        bindings: redactFields,
        log: redactFields,
      },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
  return new PinoLogger(root.child({ service: options.service }), threshold);
}

class PinoLogger implements Logger {
  readonly #pino: pino.Logger;
  readonly #threshold: LogThreshold;

  constructor(logger: pino.Logger, threshold: LogThreshold) {
    this.#pino = logger;
    this.#threshold = threshold;
  }

  debug(fields: object, message: string): void {
    if (this.#threshold.admits('debug')) this.#pino.debug(fields, redactText(message));
  }

  info(fields: object, message: string): void {
    if (this.#threshold.admits('info')) this.#pino.info(fields, redactText(message));
  }

  warn(fields: object, message: string): void {
    if (this.#threshold.admits('warn')) this.#pino.warn(fields, redactText(message));
  }

  error(fields: object, message: string): void {
    if (this.#threshold.admits('error')) this.#pino.error(fields, redactText(message));
  }

  child(fields: object): Logger {
    return new PinoLogger(this.#pino.child(redactFields(fields)), this.#threshold);
  }
}

function redactFields(fields: object): Record<string, unknown> {
  return redact(fields) as Record<string, unknown>;
}
