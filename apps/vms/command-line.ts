import { parseArgs } from 'node:util';
import { nearest } from '@vms/common/config-keys.ts';
import { messageOf } from '@vms/common/errors.ts';
import { CliError } from './cli-error.ts';

/** Services that `vms run` knows, in the order in which they are started. */
export const SERVICE_NAMES = ['ingest', 'storage', 'stream', 'api', 'gateway'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

export const COMMANDS = ['start', 'run', 'check', 'reindex', 'version', 'help'] as const;
export type CommandName = (typeof COMMANDS)[number];

export interface CommandLine {
  readonly command: CommandName;
  /** Data directory, where the command line names one. */
  readonly data: string | undefined;
  /** Configuration file, where the command line names one. */
  readonly config: string | undefined;
  readonly demo: boolean;
  /** Where the simulator of the demo camera is; passed on by the launcher. */
  readonly demoUrl: string | undefined;
  readonly services: readonly ServiceName[];
}

export const USAGE = `vms: a video management system

  vms start [--demo]         starts the whole system on this machine; Ctrl-C stops it
  vms run --services a,b     runs some services in this process: ${SERVICE_NAMES.join(', ')}
  vms check                  compares recordings with the catalogue; changes nothing
  vms reindex                rebuilds the catalogue from the recordings; the system must be stopped
  vms version                the version of vms and of its Node
  vms help                   this text

  --data DIR       data directory (VMS_DATA_DIR, else ./data)
  --config FILE    configuration (vms.yaml in the data directory, where there is one)
  --demo           with a new data directory: a demo camera, fed by a simulator

  Ports, where vms.yaml sets none: VMS_GATEWAY_PORT (8080), VMS_API_PORT (9095),
  VMS_INGEST_PORT (9091), VMS_STORAGE_PORT (9092), VMS_STREAM_PORT (9094),
  VMS_STREAM_UDP_PORT (8443, of WebRTC's media)

Exit code: 0 done, 1 failed or found something, 2 the command line or the configuration is wrong
`;

const OPTIONS = {
  data: { type: 'string' },
  config: { type: 'string' },
  demo: { type: 'boolean', default: false },
  'demo-url': { type: 'string' },
  services: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const;

/** @throws CliError `cli.usage` */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args);
  const [word, ...rest] = positionals;
  const command = values.help ? 'help' : values.version ? 'version' : readCommand(word);
  if (rest.length > 0) throw usage(`“${rest.join(' ')}” is more than vms ${command} takes.`);
  if (values.services !== undefined && command !== 'run') {
    throw usage('--services belongs to vms run.');
  }
  return {
    command,
    data: values.data,
    config: values.config,
    demo: values.demo,
    demoUrl: values['demo-url'],
    services: command === 'run' ? readServices(values.services) : [],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // Node's message goes on with advice about `--`; its first sentence is what happened.
    throw usage(`${messageOf(error).split('. ')[0]}.`);
  }
}

function readCommand(word: string | undefined): CommandName {
  if (word === undefined) return 'help';
  const command = COMMANDS.find((each) => each === word);
  if (command !== undefined) return command;
  const near = nearest(word, COMMANDS);
  const hint = near === undefined ? '' : ` Did you mean vms ${near}?`;
  throw usage(`There is no command “${word}”.${hint}`);
}

function readServices(text: string | undefined): ServiceName[] {
  const asked = (text ?? '').split(',').filter((each) => each !== '');
  if (asked.length === 0)
    throw usage('vms run needs --services, such as --services ingest,storage.');
  for (const name of asked) {
    if (!SERVICE_NAMES.some((known) => known === name)) {
      throw usage(`There is no service “${name}”; there are ${SERVICE_NAMES.join(', ')}.`);
    }
  }
  return SERVICE_NAMES.filter((name) => asked.includes(name));
}

function usage(happened: string): CliError {
  return new CliError('cli.usage', { happened, remedy: 'vms help lists what there is.' });
}
