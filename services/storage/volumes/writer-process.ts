import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock, Timer } from '@vms/common/clock.ts';
import type { Logger } from '@vms/common/logger.ts';
import { VOLUME_LOCK_FILE } from '@vms/format/paths.ts';
import type { LinkAddress } from '@vms/medialink/frame-server.ts';
import { STOP_TIMEOUT_MS } from '../writer/bounds.ts';
import type { ControlMessage, WriterMessage } from '../writer/control-messages.ts';
import { VOLUME_IN_USE } from '../writer/volume-claim.ts';
import { LOCK_TAKEN } from './volume-owner.ts';

/** Seconds that a new writer waits for the one before to let go of the volume. */
const LOCK_TIMEOUT_SECONDS = 20;
/** Milliseconds before a writer that ended is started again: first, and at most. */
const RESTART_FIRST_MS = 200;
const RESTART_LONGEST_MS = 10_000;
/** Milliseconds that a writer must have run for its next end to count as the first. */
const STABLE_MS = 60_000;

const WRITER_MAIN = fileURLToPath(new URL('../writer/main.ts', import.meta.url));

export interface WriterProcessOptions {
  /** Path of the volume. */
  readonly volume: string;
  readonly frames: LinkAddress;
  readonly ackLedger?: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What a fresh writer is told first. */
  startMessage(): Promise<Extract<ControlMessage, { type: 'start' }>>;
  onMessage(message: WriterMessage): void;
  /** It ended without being told to; it is started again. */
  onEnded(detail: string, why: 'in-use' | 'ended'): void;
}

/**
 * The writer process of one volume: started under a lock on the volume, so that two writers can never
 * share one, and started again with back-off when it ends.
 */
export class WriterProcess {
  readonly #options: WriterProcessOptions;
  #child: ChildProcess | undefined;
  #restart: Timer | undefined;
  #restartMs = RESTART_FIRST_MS;
  #startedAt = 0;
  #stopping = false;
  #exited: Promise<void> = Promise.resolve();

  constructor(options: WriterProcessOptions) {
    this.#options = options;
  }

  /** Its process id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    if (this.#stopping || this.#child !== undefined) return;
    const { volume, frames, ackLedger, clock, logger, onMessage } = this.#options;
    const link = 'path' in frames ? frames.path : `${frames.host}:${frames.port}`;
    const child = spawn(
      'flock',
      [
        '--no-fork',
        '--timeout',
        String(LOCK_TIMEOUT_SECONDS),
        '--conflict-exit-code',
        String(LOCK_TAKEN),
        join(volume, VOLUME_LOCK_FILE),
        process.execPath,
        ...process.execArgv,
        WRITER_MAIN,
        '--volume',
        volume,
        '--frames',
        link,
        ...(ackLedger === undefined ? [] : ['--ack-ledger', ackLedger]),
      ],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    this.#child = child;
    this.#startedAt = clock.monotonic();
    child.on('message', (message: WriterMessage) => onMessage(message));
    this.#exited = new Promise((resolve) => {
      const ended = (detail: string, why: 'in-use' | 'ended' = 'ended'): void => {
        if (this.#child !== child) return;
        this.#child = undefined;
        resolve();
        if (!this.#stopping) this.#startAgain(detail, why);
      };
      child.once('error', (error) => ended(`it could not be started: ${error.message}`));
      child.once('exit', (code, signal) => {
        if (code === LOCK_TAKEN) ended('another process is writing to the volume', 'in-use');
        else if (code === VOLUME_IN_USE) ended('another system is writing to the volume', 'in-use');
        else ended(`it ended with ${signal ?? `status ${code}`}`);
      });
    });
    void this.#options.startMessage().then(
      (message) => this.send(message),
      (error: unknown) => {
        logger.error({ error }, 'A writer could not be told what to record.');
        child.kill();
      },
    );
  }

  send(message: ControlMessage): void {
    if (this.#child?.connected === true) this.#child.send(message, undefined, undefined, () => {});
  }

  /** Lets it close its files; ends it where it does not in time. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#restart?.cancel();
    const child = this.#child;
    if (child === undefined) return;
    this.send({ type: 'stop' });
    // Killing does not help where the disk hangs; nobody waits for that process longer than this.
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS + 1_000);
    const deadline = new Promise<void>((resolve) => {
      setTimeout(resolve, STOP_TIMEOUT_MS + 2_000).unref();
    });
    await Promise.race([this.#exited, deadline]);
    clearTimeout(killer);
    child.unref();
    if (child.connected) child.disconnect();
  }

  #startAgain(detail: string, why: 'in-use' | 'ended'): void {
    const { clock, logger, volume, onEnded } = this.#options;
    if (clock.monotonic() - this.#startedAt > STABLE_MS) this.#restartMs = RESTART_FIRST_MS;
    logger.error(
      { volume, restartMs: this.#restartMs },
      `The writer of a volume ended: ${detail}.`,
    );
    onEnded(detail, why);
    this.#restart = clock.after(this.#restartMs, () => this.start());
    this.#restartMs = Math.min(this.#restartMs * 2, RESTART_LONGEST_MS);
  }
}
