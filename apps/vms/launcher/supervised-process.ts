import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Clock, Timer } from '@vms/common/clock.ts';
import type { Logger } from '@vms/common/logger.ts';
import { CliError, EXIT } from '../cli-error.ts';
import { restartDelayMs, STEADY_AFTER_MS } from './back-off.ts';
import { type ChildMessage, type LauncherMessage, readChildMessage } from './child-message.ts';
import { LOCK_HELD_EXIT_CODE, missingFlock, stillRunning, underLock } from './process-lock.ts';

/** Starts that a process may need until it works for the first time; then the launcher gives up. */
export const MAX_FIRST_STARTS = 5;
/** Milliseconds that what a process started has to leave after it, files closed, before SIGKILL. */
export const ORPHAN_GRACE_MS = 5_000;

export interface ProcessSpec {
  readonly name: string;
  /** Program and arguments; asked for at every start. */
  command(): readonly [string, ...string[]];
  /** Held while the process lives, so that no two of one name ever work on the same data. */
  readonly lockFile: string;
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly stopTimeoutMs: number;
  /** A line of its standard output. */
  onLine(line: string): void;
  onMessage?(message: ChildMessage): void;
  onReady?(): void;
  /** It never worked, and says or shows that it will not: stop everything. */
  onGiveUp(error: CliError, exitCode: number): void;
}

export interface SupervisedProcessDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random?: () => number;
}

type State = 'stopped' | 'starting' | 'ready' | 'waiting' | 'stopping';

/**
 * One process of the system: started under a lock, watched, started again with back-off when it
 * ends, stopped by SIGTERM and in the end SIGKILL. It has a session and a group of its own: a
 * terminal's Ctrl-C does not reach it, and SIGKILL reaches what it started, too.
 */
export class SupervisedProcess {
  readonly #spec: ProcessSpec;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #random: () => number;
  #state: State = 'stopped';
  #child: ChildProcess | undefined;
  #timer: Timer | undefined;
  #readyAt: number | undefined;
  #wasEverReady = false;
  #failures = 0;
  #starts = 0;
  #failure: Extract<ChildMessage, { type: 'failed' }> | undefined;
  #gone: PromiseWithResolvers<void> | undefined;
  /** Groups whose leader has ended by itself; what is left in them is leaving. */
  readonly #orphans = new Map<number, Timer>();

  constructor(spec: ProcessSpec, deps: SupervisedProcessDeps) {
    this.#spec = spec;
    this.#clock = deps.clock;
    this.#logger = deps.logger.child({ process: spec.name });
    this.#random = deps.random ?? Math.random;
  }

  get name(): string {
    return this.#spec.name;
  }

  get state(): State {
    return this.#state;
  }

  /** Of the process that runs now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts;
  }

  /** Tells it something; lost where it does not run, as the next one reads what it needs itself. */
  tell(message: LauncherMessage): void {
    if (this.#child?.connected === true) this.#child.send(message, () => {});
  }

  start(): void {
    if (this.#state === 'stopped') this.#spawn();
  }

  /** Resolves when the process is gone; it is killed where it does not leave in time. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    const child = this.#child;
    if (child === undefined) {
      this.#state = 'stopped';
    } else if (this.#state !== 'stopping') {
      this.#state = 'stopping';
      child.kill('SIGTERM');
      this.#timer = this.#clock.after(this.#spec.stopTimeoutMs, () => {
        this.#logger.error(
          { pid: child.pid, afterMs: this.#spec.stopTimeoutMs },
          'It did not stop in time and is killed.',
        );
        this.kill();
      });
    }
    await this.#gone?.promise;
    for (const group of [...this.#orphans.keys()]) this.#endOrphans(group);
  }

  /** SIGKILL for the process and all that it started. */
  kill(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    if (this.#state !== 'stopped') this.#state = 'stopping';
    killGroup(pid);
  }

  #spawn(): void {
    this.#state = 'starting';
    this.#starts++;
    this.#failure = undefined;
    this.#readyAt = undefined;
    const [program = '', ...args] = underLock(this.#spec.lockFile, this.#spec.command());
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      detached: true,
    });
    this.#child = child;
    this.#gone = Promise.withResolvers();
    const lines = createInterface({ input: child.stdout ?? process.stdin });
    lines.on('line', (line) => this.#spec.onLine(line));
    child.on('message', (raw) => {
      const message = readChildMessage(raw);
      if (message === undefined) return;
      if (message.type === 'failed') this.#failure = message;
      this.#spec.onMessage?.(message);
      if (message.type === 'ready') this.#becomesReady(child);
    });
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      this.#child = undefined;
      this.#giveUp(missingFlock(error), EXIT.failure);
    });
    // `exit`, not `close`: a grandchild may hold the pipe for longer.
    child.once('exit', (code, signal) => this.#ended(child, code, signal));
  }

  #becomesReady(child: ChildProcess): void {
    if (this.#child !== child || this.#state !== 'starting') return;
    this.#state = 'ready';
    this.#readyAt = this.#clock.monotonic();
    this.#wasEverReady = true;
    this.#logger.info({ pid: child.pid }, 'The process is ready.');
    this.#spec.onReady?.();
  }

  #ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    this.#child = undefined;
    this.#timer?.cancel();
    const wasStopping = this.#state === 'stopping';
    const gone = this.#gone;
    if (child.pid !== undefined) {
      const group = child.pid;
      this.#orphans.set(
        group,
        this.#clock.after(ORPHAN_GRACE_MS, () => this.#endOrphans(group)),
      );
    }
    if (wasStopping) {
      this.#state = 'stopped';
      this.#logger.info({ code, signal }, 'It stopped.');
    } else {
      this.#failed(code, signal);
    }
    gone?.resolve();
  }

  #failed(code: number | null, signal: NodeJS.Signals | null): void {
    const steady =
      this.#readyAt !== undefined && this.#clock.monotonic() - this.#readyAt >= STEADY_AFTER_MS;
    this.#failures = steady ? 1 : this.#failures + 1;
    const failure = this.#failure;
    if (!this.#wasEverReady && failure !== undefined) {
      this.#giveUp(new CliError('launcher.child-failed', failure.message), failure.exitCode);
      return;
    }
    if (!this.#wasEverReady && code === LOCK_HELD_EXIT_CODE) {
      this.#giveUp(stillRunning(this.#spec.name, this.#spec.lockFile), EXIT.failure);
      return;
    }
    if (!this.#wasEverReady && this.#failures >= MAX_FIRST_STARTS) {
      this.#giveUp(neverStarted(this.#spec.name, code, signal), EXIT.failure);
      return;
    }
    const delayMs = Math.round(restartDelayMs(this.#failures, this.#random));
    this.#logger.error(
      { code, signal, failures: this.#failures, restartInMs: delayMs, why: failure?.message },
      'It ended by itself and is started again.',
    );
    this.#state = 'waiting';
    this.#timer = this.#clock.after(delayMs, () => this.#spawn());
  }

  #endOrphans(group: number): void {
    this.#orphans.get(group)?.cancel();
    this.#orphans.delete(group);
    killGroup(group);
  }

  #giveUp(error: CliError, exitCode: number): void {
    this.#state = 'stopped';
    this.#spec.onGiveUp(error, exitCode);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

function neverStarted(name: string, code: number | null, signal: string | null): CliError {
  const how = signal === null ? `exit code ${code}` : signal;
  return new CliError('launcher.child-never-started', {
    happened: `The process ${name} ended ${MAX_FIRST_STARTS} times before it took work, last with ${how}.`,
    kept: 'What is recorded was kept.',
    remedy: 'Its messages are above. Correct their cause and start again.',
  });
}
