import { VmsError } from '@vms/common/errors.ts';

export type CliErrorCode =
  | 'cli.usage'
  | 'config.unreadable'
  | 'data.damaged'
  | 'data.newer-version'
  | 'data.unusable'
  | 'data.volume-missing'
  | 'launcher.already-running'
  | 'launcher.child-failed'
  | 'launcher.child-never-started'
  | 'launcher.missing-program'
  | 'launcher.run-directory-unsafe';

/** What the command line and the launcher raise on purpose; told in one message. */
export class CliError extends VmsError<CliErrorCode> {}

/** Exit codes of `vms`, as `vms help` lists them. */
export const EXIT = {
  ok: 0,
  /** It could not start, or a check found something. */
  failure: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
} as const;

const USAGE_CODES: ReadonlySet<string> = new Set<string>([
  'cli.usage',
  'config.invalid',
  'config.syntax',
  'config.too-large',
  'config.unreadable',
]);

/** The exit code that an error ends the program with. */
export function exitCodeOf(error: unknown): number {
  return error instanceof VmsError && USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failure;
}
