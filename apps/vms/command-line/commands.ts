import { BACKUP_COMMANDS } from '../commands/backup/specs.ts';
import { CAMERA_COMMANDS } from '../commands/cameras/specs.ts';
import { EXPORT_COMMANDS } from '../commands/export/specs.ts';
import { RECORDING_COMMANDS } from '../commands/recordings/specs.ts';
import { SERVICE_COMMANDS } from '../commands/service/specs.ts';
import { SYSTEM_COMMANDS } from '../commands/system/specs.ts';
import { USER_COMMANDS } from '../commands/users/specs.ts';
import type { COMMON_OPTIONS } from './common-options.ts';
import type { CommandSpec, ValuesOf } from './spec.ts';

const { start, run, status, doctor, version, help } = SYSTEM_COMMANDS;

/** Every command, in the order of the help. A name of two words is two words of the command line. */
export const COMMANDS = {
  start,
  run,
  status,
  doctor,
  ...CAMERA_COMMANDS,
  ...EXPORT_COMMANDS,
  ...RECORDING_COMMANDS,
  ...USER_COMMANDS,
  ...BACKUP_COMMANDS,
  ...SERVICE_COMMANDS,
  version,
  help,
} as const satisfies Record<string, CommandSpec>;
export type CommandName = keyof typeof COMMANDS;
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

/** A command with what was given for it. */
export interface Invocation<Name extends CommandName> {
  readonly command: Name;
  /** As many as the command takes. */
  readonly words: readonly string[];
  readonly options: ValuesOf<typeof COMMON_OPTIONS> & ValuesOf<(typeof COMMANDS)[Name]['options']>;
}

export type AnyInvocation = { [Name in CommandName]: Invocation<Name> }[CommandName];
