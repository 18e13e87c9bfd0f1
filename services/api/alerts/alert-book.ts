import { ALERT_KINDS, type Alert, type AlertCode } from '@vms/common/alert.ts';
import type { Clock, EpochMs, MonotonicMs } from '@vms/common/clock.ts';
import { newId, type RandomBytes } from '@vms/common/ids.ts';
import type { AlertStore } from './alert-store.ts';
import { FLAP_WINDOW_MS, LONGEST_CALM_MS, MAX_DETAIL_CHARACTERS } from './bounds.ts';
import type { AlertsConfig } from './config.ts';
import type { Findings, Problem } from './find-problems.ts';

export interface AlertBookOptions {
  readonly store: AlertStore;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Something was opened or closed: there may be something to deliver. Default: nothing. */
  readonly onChange?: () => void;
  readonly config: Pick<AlertsConfig, 'opensAfterSeconds' | 'closesAfterSeconds'>;
}

/** A trouble that has not lasted long enough yet. */
interface Pending {
  readonly problem: Problem;
  readonly seenAt: EpochMs;
  readonly since: MonotonicMs;
}

interface Open {
  readonly alert: Alert;
  /** Milliseconds of calm after which it closes. */
  readonly calmMs: number;
  wellSince: MonotonicMs | undefined;
}

/**
 * Opens and closes alerts, each with its patience. At most one of a code and subject is open. What is
 * open stands in the database, and goes on being open after a restart; a patience begins again then.
 * Where nobody can tell how a subject is, nothing opens and nothing closes.
 */
export class AlertBook {
  readonly #options: AlertBookOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #open = new Map<string, Open>();

  constructor(options: AlertBookOptions) {
    this.#options = options;
  }

  /** Takes up what was open when the program ended. Once, before anything else. */
  async load(): Promise<void> {
    for (const alert of await this.#options.store.open()) await this.#remember(alert);
  }

  /** What is open, newest first. */
  get open(): readonly Alert[] {
    return [...this.#open.values()]
      .map(({ alert }) => alert)
      .sort((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1));
  }

  /**
   * Opens and closes what these findings ask for. One call at a time.
   * @returns milliseconds after which a patience ends, if all stays as it is
   * @throws DatabaseError where nothing could be written; the next call tries again.
   */
  async take(findings: Findings): Promise<number | undefined> {
    const { store, clock } = this.#options;
    const now = clock.now();
    const opened = this.#toOpen(findings.problems, now);
    const closed = this.#toClose(findings, now);
    if (opened.length > 0 || closed.length > 0) {
      await store.apply({ opened, closed }, now);
      for (const alert of closed) this.#open.delete(keyOf(alert.code, alert.subject.id));
      for (const alert of opened) {
        this.#pending.delete(keyOf(alert.code, alert.subject.id));
        await this.#remember(alert);
      }
      this.#options.onChange?.();
    }
    return this.#nextEnd();
  }

  #toOpen(problems: readonly Problem[], now: EpochMs): Alert[] {
    const { clock } = this.#options;
    const found = new Set<string>();
    const opened: Alert[] = [];
    for (const problem of problems) {
      const key = keyOf(problem.code, problem.subject.id);
      if (found.has(key)) continue;
      found.add(key);
      const open = this.#open.get(key);
      if (open !== undefined) {
        open.wellSince = undefined;
        continue;
      }
      const seen = this.#pending.get(key);
      const pending: Pending = {
        problem,
        seenAt: seen?.seenAt ?? Math.floor(now),
        since: seen?.since ?? clock.monotonic(),
      };
      this.#pending.set(key, pending);
      if (clock.monotonic() - pending.since >= this.#opensAfterMs(problem.code)) {
        opened.push(this.#alertOf(pending));
      }
    }
    for (const key of this.#pending.keys()) if (!found.has(key)) this.#pending.delete(key);
    return opened;
  }

  #toClose({ problems, conditionOf }: Findings, now: EpochMs): Alert[] {
    const { clock } = this.#options;
    const found = new Set(problems.map(({ code, subject }) => keyOf(code, subject.id)));
    const closed: Alert[] = [];
    for (const [key, open] of this.#open) {
      if (found.has(key)) continue;
      const { alert, calmMs } = open;
      const condition = conditionOf(alert.code, alert.subject.id);
      if (condition === 'unknown') {
        open.wellSince = undefined;
        continue;
      }
      open.wellSince ??= clock.monotonic();
      if (condition === 'gone' || clock.monotonic() - open.wellSince >= calmMs) {
        closed.push({ ...alert, closedAt: Math.floor(now) });
      }
    }
    return closed;
  }

  #nextEnd(): number | undefined {
    const ends: MonotonicMs[] = [];
    for (const { problem, since } of this.#pending.values()) {
      ends.push(since + this.#opensAfterMs(problem.code));
    }
    for (const { wellSince, calmMs } of this.#open.values()) {
      if (wellSince !== undefined) ends.push(wellSince + calmMs);
    }
    if (ends.length === 0) return undefined;
    return Math.max(0, Math.min(...ends) - this.#options.clock.monotonic());
  }

  #alertOf({ problem, seenAt }: Pending): Alert {
    const { code, subject, detail, values } = problem;
    return {
      id: newId('alert', this.#options.random),
      code,
      severity: ALERT_KINDS[code].severity,
      subject,
      openedAt: seenAt,
      closedAt: null,
      detail: detail.slice(0, MAX_DETAIL_CHARACTERS),
      values,
    };
  }

  /** What opens again and again needs more and more calm to close, so that it cannot flood anybody. */
  async #remember(alert: Alert): Promise<void> {
    const { store, clock } = this.#options;
    const openings = await store.openings(alert, clock.now() - FLAP_WINDOW_MS);
    const calmMs = this.#closesAfterMs(alert.code);
    this.#open.set(keyOf(alert.code, alert.subject.id), {
      alert,
      calmMs: Math.max(calmMs, Math.min(calmMs * 2 ** Math.max(0, openings - 1), LONGEST_CALM_MS)),
      wellSince: undefined,
    });
  }

  #opensAfterMs(code: AlertCode): number {
    const seconds = this.#options.config.opensAfterSeconds[code];
    return seconds === undefined ? ALERT_KINDS[code].opensAfterMs : seconds * 1000;
  }

  #closesAfterMs(code: AlertCode): number {
    const seconds = this.#options.config.closesAfterSeconds[code];
    return seconds === undefined ? ALERT_KINDS[code].closesAfterMs : seconds * 1000;
  }
}

function keyOf(code: AlertCode, subjectId: string): string {
  return `${code} ${subjectId}`;
}
