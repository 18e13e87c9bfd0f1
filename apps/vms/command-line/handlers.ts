import type { AnyInvocation, CommandName, Invocation } from './commands.ts';
import type { CommandContext, Handler } from './context.ts';

/** Each command is loaded only when it is asked for. */
const HANDLERS: { readonly [Name in CommandName]: () => Promise<Handler<Name>> } = {
  start: async () => (await import('../commands/start.ts')).start,
  run: async () => (await import('../commands/run.ts')).run,
  check: async () => (await import('../commands/recordings/recordings.ts')).check,
  reindex: async () => (await import('../commands/recordings/recordings.ts')).reindex,
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
