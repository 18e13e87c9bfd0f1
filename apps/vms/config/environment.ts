import { resolve } from 'node:path';
import { CliError } from '../cli-error.ts';
import { CONFIGURATION_TEXTS } from './config-texts.ts';

/** What the environment of the process says; read nowhere else. */
export interface Environment {
  readonly dataDirectory: string | undefined;
  /** Folder below which each data directory has its sockets and lock files. Default: `/tmp`. */
  readonly runParent: string;
  /** `<service>.port` by service, and `streamUdp`. */
  readonly ports: Readonly<Record<string, number>>;
  /** All of it: what `${NAME}` in vms.yaml stands for. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Variable by service; `streamUdp` is the UDP port of WebRTC's media. */
export const PORT_VARIABLES = {
  gateway: 'VMS_GATEWAY_PORT',
  api: 'VMS_API_PORT',
  ingest: 'VMS_INGEST_PORT',
  storage: 'VMS_STORAGE_PORT',
  stream: 'VMS_STREAM_PORT',
  streamUdp: 'VMS_STREAM_UDP_PORT',
} as const;

const MAX_PORT = 65_535;
const DEFAULT_RUN_PARENT = '/tmp';

/** @throws CliError `cli.usage` */
export function readEnvironment(
  variables: NodeJS.ProcessEnv = process.env,
  workingDirectory = process.cwd(),
): Environment {
  const { VMS_DATA_DIR, VMS_RUN_DIR } = variables;
  const ports: Record<string, number> = {};
  for (const [service, variable] of Object.entries(PORT_VARIABLES)) {
    const text = variables[variable];
    if (text === undefined || text === '') continue;
    const port = Number(text);
    if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
      throw new CliError('cli.usage', CONFIGURATION_TEXTS.notAPort, {
        values: { variable, value: text, max: MAX_PORT },
      });
    }
    ports[service] = port;
  }
  return {
    dataDirectory:
      VMS_DATA_DIR === undefined || VMS_DATA_DIR === ''
        ? undefined
        : resolve(workingDirectory, VMS_DATA_DIR),
    runParent: resolve(workingDirectory, VMS_RUN_DIR || DEFAULT_RUN_PARENT),
    ports,
    variables,
  };
}
