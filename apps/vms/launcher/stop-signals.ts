import type { Clock } from '@vms/common/clock.ts';

/**
 * A terminal's Ctrl-C reaches the launcher twice, from the terminal and from npm: what comes within
 * this time of the first is the same wish.
 */
export const SAME_WISH_MS = 2_000;

const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

export interface StopHandlers {
  /** Close everything and leave. Called once. */
  stop(signal: string): void;
  /** It was asked again, later: leave at once. */
  force(signal: string): void;
  /** SIGHUP of a service manager: read the configuration again. Default: it is a wish to stop. */
  reload?(): void;
}

/** Where signals come from; `process` is one. */
export interface SignalSource {
  on(signal: string, listener: (signal: string) => void): unknown;
  off(signal: string, listener: (signal: string) => void): unknown;
}

/** Turns SIGTERM, SIGINT and SIGHUP into the two wishes; returns what stops listening. */
export function onStopSignals(
  source: SignalSource,
  clock: Clock,
  handlers: StopHandlers,
): () => void {
  let askedAt: number | undefined;
  const listener = (signal: string): void => {
    if (signal === 'SIGHUP' && handlers.reload !== undefined) {
      handlers.reload();
      return;
    }
    if (askedAt === undefined) {
      askedAt = clock.monotonic();
      handlers.stop(signal);
    } else if (clock.monotonic() - askedAt >= SAME_WISH_MS) {
      handlers.force(signal);
    }
  };
  for (const signal of STOP_SIGNALS) source.on(signal, listener);
  return () => {
    for (const signal of STOP_SIGNALS) source.off(signal, listener);
  };
}
