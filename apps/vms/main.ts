import { execute } from './command-line/handlers.ts';
import {
  askedLanguage,
  isJsonAsked,
  parseCommandLine,
  readServices,
} from './command-line/parse.ts';
import { Terminal } from './command-line/terminal.ts';
import { readEnvironment } from './config/environment.ts';
import { chooseLanguage } from './language/choose-language.ts';
import { createOutput } from './launcher/log-output.ts';

const args = process.argv.slice(2);
const json = isJsonAsked(args);
const output = createOutput(process.stdout, { json });
const terminal = new Terminal({
  language: chooseLanguage(askedLanguage(args), process.env),
  json,
  stdout: process.stdout,
  stderr: process.stderr,
});
/** node-datachannel keeps a process alive for good that ever had a viewer. */
let leavesByExit = false;

try {
  const invocation = parseCommandLine(args);
  leavesByExit =
    invocation.command === 'run' && readServices(invocation.options.services).includes('stream');
  process.exitCode = await execute(invocation, {
    environment: readEnvironment(),
    terminal,
    output,
  });
} catch (error) {
  process.exitCode = terminal.fail(error);
}
// A channel to the launcher would keep the process alive.
if (process.connected) process.disconnect();
// Nothing is cut off: services have stopped, and what was said was written synchronously.
if (leavesByExit) process.exit();
