import type { Environment } from '../config/environment.ts';
import type { Output } from '../launcher/log-output.ts';
import type { CommandName, Invocation } from './commands.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with besides its own options. */
export interface CommandContext {
  readonly environment: Environment;
  readonly terminal: Terminal;
  /** Log lines and words of what runs on; for `start` and `run`. */
  readonly output: Output;
}

/** Does a command; gives the exit code. What it throws is told as an error. */
export type Handler<Name extends CommandName> = (
  invocation: Invocation<Name>,
  context: CommandContext,
) => Promise<number>;
