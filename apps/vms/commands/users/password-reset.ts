import { existsSync } from 'node:fs';
import { FIRST_USERNAME } from '@vms/api/sessions/first-administrator.ts';
import { resetPasswordInDatabase } from '@vms/api/sessions/reset-password.ts';
import { generatePassword } from '@vms/auth/password.ts';
import { startBusHub } from '@vms/bus/hub.ts';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { z } from 'zod';
import { CliError, EXIT } from '../../cli-error.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import { canPrompt, promptPassword, readPasswordFile } from '../../command-line/password-input.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { makeRunDirectory } from '../../config/run-directory.ts';
import { SystemApi } from '../../system-access/system-api.ts';
import { findInstallation, type Installation } from '../installation.ts';
import { RESET_TEXTS } from './password-reset-texts.ts';

/** `vms user password`: by the API where the system runs, else in its database. */
export async function resetUserPassword(
  { words, options }: Invocation<'user password'>,
  { environment, terminal }: CommandContext,
): Promise<number> {
  const [username = FIRST_USERNAME] = words;
  const installation = findInstallation(options, environment);
  const api = await SystemApi.open(installation);
  const password = await newPassword(options, terminal);
  const path = `/users/${encodeURIComponent(username)}/password`;
  if (await api.isRunning()) await api.call('PUT', path, z.null(), { password });
  else await resetStopped(installation, username, password, api);
  terminal.say(RESET_TEXTS.done, { username });
  if (options.generate) terminal.say(RESET_TEXTS.generated, { password });
  terminal.result({ username, ...(options.generate && { password }) });
  return EXIT.ok;
}

async function newPassword(
  { generate, 'password-file': file }: Invocation<'user password'>['options'],
  terminal: Terminal,
): Promise<string> {
  if (generate && file !== undefined) throw new CliError('cli.usage', RESET_TEXTS.both);
  if (generate) return generatePassword();
  if (file !== undefined) return readPasswordFile(file, terminal);
  if (!canPrompt(terminal)) throw new CliError('cli.usage', RESET_TEXTS.howGiven);
  const password = await promptPassword(RESET_TEXTS.ask, terminal);
  const again = await promptPassword(RESET_TEXTS.askAgain, terminal);
  if (password !== again) throw new CliError('password.unreadable', RESET_TEXTS.differ);
  return password;
}

/** Holding the hub keeps the system from starting meanwhile, and fails where it runs after all. */
async function resetStopped(
  { configuration, run }: Installation,
  username: string,
  password: string,
  api: SystemApi,
): Promise<void> {
  const { databasePath } = configuration.api;
  // A database that is not there is not made here: the error says that nothing runs.
  if (!existsSync(databasePath)) {
    await api.call('GET', '/system', z.unknown());
    return;
  }
  makeRunDirectory(run);
  const hub = await startBusHub({
    path: run.busSocket,
    clock: systemClock,
    logger: silentLogger,
  });
  try {
    await resetPasswordInDatabase(databasePath, { username, password }, systemClock);
  } finally {
    await hub.close();
  }
}
