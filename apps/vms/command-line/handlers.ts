import type { AnyInvocation, CommandName, Invocation } from './commands.ts';
import type { CommandContext, Handler } from './context.ts';

/** Each command is loaded only when it is asked for. */
const HANDLERS: { readonly [Name in CommandName]: () => Promise<Handler<Name>> } = {
  start: async () => (await import('../commands/start.ts')).start,
  run: async () => (await import('../commands/run.ts')).run,
  status: async () => (await import('../commands/system/status.ts')).status,
  doctor: async () => (await import('../commands/doctor/doctor.ts')).doctor,
  'cameras list': async () => (await import('../commands/cameras/list.ts')).list,
  'cameras add': async () => (await import('../commands/cameras/add.ts')).addCamera,
  'cameras test': async () => (await import('../commands/cameras/test.ts')).testCamera,
  'cameras import': async () =>
    (await import('../commands/cameras/import/import.ts')).importCameras,
  'cameras remove': async () => (await import('../commands/cameras/remove.ts')).removeCamera,
  export: async () => (await import('../commands/export/export.ts')).exportCommand,
  check: async () => (await import('../commands/recordings/recordings.ts')).check,
  reindex: async () => (await import('../commands/recordings/recordings.ts')).reindex,
  'user password': async () =>
    (await import('../commands/users/password-reset.ts')).resetUserPassword,
  'backup create': async () => (await import('../commands/backup/create.ts')).createBackup,
  'backup restore': async () => (await import('../commands/backup/restore.ts')).restoreBackup,
  'service install': async () => (await import('../commands/service/service.ts')).serviceInstall,
  'service uninstall': async () =>
    (await import('../commands/service/service.ts')).serviceUninstall,
  'service status': async () => (await import('../commands/service/service.ts')).serviceStatus,
  version: async () => (await import('../commands/system/version.ts')).version,
  help: async () => (await import('../commands/system/help.ts')).help,
};

export async function execute(invocation: AnyInvocation, context: CommandContext): Promise<number> {
  return perform(invocation, context);
}

async function perform<Name extends CommandName>(
  invocation: Invocation<Name>,
  context: CommandContext,
): Promise<number> {
  const handler = await HANDLERS[invocation.command]();
  return handler(invocation, context);
}
