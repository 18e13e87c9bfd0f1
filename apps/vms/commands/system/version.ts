import { VERSION } from '@vms/common/version.ts';
import { EXIT } from '../../cli-error.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import { text } from '../../language/text.ts';

export const VERSION_TEXTS = {
  line: text('vms {version} on Node {node}', 'vms {version} com Node {node}'),
} as const;

/** `vms version` */
export async function version(
  _invocation: Invocation<'version'>,
  { terminal }: CommandContext,
): Promise<number> {
  const { version: node } = process;
  terminal.say(VERSION_TEXTS.line, { version: VERSION, node });
  terminal.result({ version: VERSION, node });
  return EXIT.ok;
}
