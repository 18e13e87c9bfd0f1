import { EXIT } from '../../cli-error.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import {
  commandsNamed,
  describeCommand,
  helpOfCommand,
  helpOfList,
} from '../../command-line/help.ts';

/** `vms help`, also of one command or of a group of them. */
export async function help(
  { words }: Invocation<'help'>,
  { terminal }: CommandContext,
): Promise<number> {
  const names = commandsNamed(words);
  const [only] = names;
  const { language } = terminal;
  terminal.print(
    only !== undefined && only === words.join(' ')
      ? helpOfCommand(only, language)
      : helpOfList(names, language),
  );
  terminal.result({ commands: names.map((name) => describeCommand(name, language)) });
  return EXIT.ok;
}
