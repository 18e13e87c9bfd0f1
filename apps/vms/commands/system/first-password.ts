import { FIRST_USERNAME } from '@vms/api/sessions/first-administrator.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import type { Output } from '../../launcher/log-output.ts';
import { START_TEXTS } from './start-texts.ts';

/** Shows the first password to the person who starts the system; never through a log. */
export function tellFirstPassword(password: string, terminal: Terminal, output: Output): void {
  const values = { username: FIRST_USERNAME, password };
  output.say(
    terminal.json
      ? JSON.stringify({ username: FIRST_USERNAME, firstPassword: password })
      : terminal.in(START_TEXTS.firstPassword, values),
  );
}
