import { VERSION } from '@vms/common/version.ts';
import { EXIT } from './cli-error.ts';
import { type CommandLine, parseCommandLine, USAGE } from './command-line.ts';
import { tellError } from './commands/user-words.ts';
import { type Environment, readEnvironment } from './config/environment.ts';
import { createOutput, type Output } from './launcher/log-output.ts';

const output = createOutput(process.stdout);
/** node-datachannel keeps a process alive for good that ever had a viewer. */
let leavesByExit = false;

try {
  const line = parseCommandLine(process.argv.slice(2));
  leavesByExit = line.command === 'run' && line.services.includes('stream');
  process.exitCode = await execute(line, readEnvironment(), output);
} catch (error) {
  process.exitCode = tellError(error, (text) => void process.stderr.write(`${text}\n`));
}
// A channel to the launcher would keep the process alive.
if (process.connected) process.disconnect();
// Nothing is cut off: services have stopped, and what was said was written synchronously.
if (leavesByExit) process.exit();

/** Each command is loaded only when it is asked for. */
async function execute(
  line: CommandLine,
  environment: Environment,
  output: Output,
): Promise<number> {
  switch (line.command) {
    case 'start':
      return (await import('./commands/start.ts')).start(line, environment, output);
    case 'run':
      return (await import('./commands/run.ts')).run(line, environment, output);
    case 'check':
      return (await import('./commands/recordings.ts')).check(line, environment, output);
    case 'reindex':
      return (await import('./commands/recordings.ts')).reindex(line, environment, output);
    case 'version':
      output.say(`vms ${VERSION} on Node ${process.version}`);
      return EXIT.ok;
    case 'help':
      output.say(USAGE.trimEnd());
      return EXIT.ok;
  }
}
