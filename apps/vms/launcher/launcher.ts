import { type BusHub, startBusHub } from '@vms/bus/hub.ts';
import type { Clock } from '@vms/common/clock.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { CliError } from '../cli-error.ts';
import type { RunDirectory } from '../config/run-directory.ts';
import type { ChildMessage, LauncherMessage } from './child-message.ts';
import { untilUnlocked } from './process-lock.ts';
import { SupervisedProcess } from './supervised-process.ts';

/** Milliseconds from SIGTERM to SIGKILL: more than any service takes to close its files. */
export const STOP_TIMEOUT_MS = 15_000;

/** A process that the launcher may be told to run. */
export interface Program {
  readonly name: string;
  command(): readonly [string, ...string[]];
  /** Its output is log lines; false where they are of no use to anybody. */
  readonly logs: boolean;
}

export interface LauncherOptions {
  readonly run: RunDirectory;
  readonly clock: Clock;
  readonly logger: Logger;
  onLog(line: string): void;
  onMessage(process: string, message: ChildMessage): void;
  /** A process never worked and will not: the system is to be stopped. */
  onGiveUp(error: CliError, exitCode: number): void;
}

/**
 * The processes of one machine and the hub of their bus. Holds nothing else: when it dies, the
 * others notice by the hub, close their files and leave.
 */
export class Launcher {
  readonly #options: LauncherOptions;
  /** In the order in which they were started; they are stopped in the reverse. */
  readonly #processes = new Map<string, SupervisedProcess>();
  #hub: BusHub | undefined;
  #isStopping = false;

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  /**
   * Starts the hub: from here on this launcher is the only one of its data directory. Then waits for
   * processes of that name that a launcher before, which was killed, has left behind.
   */
  async open(names: readonly string[]): Promise<void> {
    const { run, clock, logger } = this.#options;
    this.#hub = await startBusHub({ path: run.busSocket, clock, logger });
    await Promise.all(names.map((name) => untilUnlocked(name, run.lockFile(name))));
  }

  /** Starts a process and resolves when it takes work. Does nothing where it runs or all stops. */
  async launch(program: Program): Promise<void> {
    if (this.#isStopping || this.#processes.has(program.name)) return;
    const ready = Promise.withResolvers<void>();
    const { run, clock, logger, onLog, onMessage, onGiveUp } = this.#options;
    const supervised = new SupervisedProcess(
      {
        name: program.name,
        command: () => program.command(),
        lockFile: run.lockFile(program.name),
        stopTimeoutMs: STOP_TIMEOUT_MS,
        onLine: (line) => {
          if (program.logs) onLog(line);
        },
        onMessage: (message) => onMessage(program.name, message),
        onReady: () => ready.resolve(),
        onGiveUp: (error, exitCode) => {
          onGiveUp(error, exitCode);
          ready.resolve();
        },
      },
      { clock, logger },
    );
    this.#processes.set(program.name, supervised);
    supervised.start();
    await ready.promise;
  }

  /** Stops one process, for good. */
  async retire(name: string): Promise<void> {
    const supervised = this.#processes.get(name);
    this.#processes.delete(name);
    await supervised?.stop();
  }

  /** Tells every process something. */
  tell(message: LauncherMessage): void {
    for (const supervised of this.#processes.values()) supervised.tell(message);
  }

  isRunning(name: string): boolean {
    return this.#processes.has(name);
  }

  /** Stops every process, the last started first, and then the hub. Safe to call twice. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const supervised of [...this.#processes.values()].reverse()) await supervised.stop();
    this.#processes.clear();
    await this.#hub?.close();
    this.#hub = undefined;
  }

  /** SIGKILL for everything that still runs. */
  kill(): void {
    for (const supervised of this.#processes.values()) supervised.kill();
  }
}
