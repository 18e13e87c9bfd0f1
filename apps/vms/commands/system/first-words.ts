import { FIRST_USERNAME } from '@vms/api/sessions/first-administrator.ts';
import { VERSION } from '@vms/common/version.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import type { Output } from '../../launcher/log-output.ts';
import { START_TEXTS } from './start-texts.ts';

/** Shows the first password to the person who starts the system; never through a log. */
export function tellFirstPassword(password: string, terminal: Terminal, output: Output): void {
  output.say(
    terminal.json
      ? JSON.stringify({ username: FIRST_USERNAME, firstPassword: password })
      : passwordLine(password, terminal),
  );
}

/**
 * Says where the page is. At the first start an address is told that signs in by itself, and where
 * somebody watches the password too, which others were told before.
 */
export function tellReady(
  url: string,
  firstPassword: string | undefined,
  terminal: Terminal,
  output: Output,
): void {
  // The page signs in by the fragment, which browsers send to no server and we take out at once.
  const welcomeUrl = firstPassword === undefined ? undefined : `${url}/welcome#${firstPassword}`;
  if (terminal.json) {
    output.log(JSON.stringify({ ready: true, version: VERSION, url, welcomeUrl }));
    return;
  }
  const lines = [terminal.in(START_TEXTS.ready, { version: VERSION, url })];
  if (welcomeUrl !== undefined) lines.push(terminal.in(START_TEXTS.welcome, { url: welcomeUrl }));
  if (firstPassword !== undefined && output.isWatched) {
    lines.push(passwordLine(firstPassword, terminal));
  }
  output.say(lines.join('\n'));
}

function passwordLine(password: string, terminal: Terminal): string {
  return terminal.in(START_TEXTS.firstPassword, { username: FIRST_USERNAME, password });
}
