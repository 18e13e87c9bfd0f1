import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertsConfigSchema } from '@vms/api/alerts/config.ts';
import { apiConfigSchema } from '@vms/api/config.ts';
import { parseConfig } from '@vms/common/config.ts';
import { about } from '@vms/common/config-facts.ts';
import { readYaml } from '@vms/common/config-yaml.ts';
import { gatewayConfigSchema, MIN_SCRAPE_TOKEN_CHARACTERS } from '@vms/gateway/config.ts';
import { ingestConfigSchema } from '@vms/ingest/config.ts';
import { storageConfigSchema } from '@vms/storage/config.ts';
import { streamConfigSchema } from '@vms/stream/config.ts';
import { LOG_LEVELS } from '@vms/telemetry/logger.ts';
import { z } from 'zod';
import { CliError } from '../cli-error.ts';
import { systemErrorText } from '../language/system-error-texts.ts';
import { CONFIGURATION_TEXTS } from './config-texts.ts';
import { layoutOf } from './data-directory.ts';
import { readSecretFile } from './secret-file.ts';

/** vms.yaml: a part for each service, whose keys stand in that service's config.ts. */
export const configurationSchema = z.strictObject({
  log: z
    .strictObject({
      level: z
        .enum(LOG_LEVELS)
        .default('info')
        .meta(about('Lowest level that is written.', { live: true })),
    })
    .prefault({})
    .meta(about('What is written to standard output, as JSON lines.')),
  gateway: gatewayConfigSchema
    .prefault({})
    .meta(about('The front door: page, API, playback and live views on one port.')),
  storage: storageConfigSchema.prefault({}).meta(about('Recordings: where, and for how long.')),
  ingest: ingestConfigSchema.prefault({}).meta(about('Connections to cameras.')),
  stream: streamConfigSchema.prefault({}).meta(about('Live views.')),
  api: apiConfigSchema.prefault({}).meta(about('Users, cameras, and the REST API.')),
  alerts: alertsConfigSchema
    .prefault({})
    .meta(about('Troubles that people are told of: how long they last before, and how.')),
});
export type Configuration = z.output<typeof configurationSchema>;

export interface ConfigurationOptions {
  readonly dataDirectory: string;
  /** Default: vms.yaml in the data directory, where there is one. */
  readonly file: string | undefined;
  /** `<service>.port` by service, and `streamUdp` for `stream.udpPort`: they win over the file. */
  readonly ports: Readonly<Record<string, number>>;
  /** Where the simulator of the demo camera is, if there is one. */
  readonly demoUrl: string | undefined;
  /** What `${NAME}` in the file stands for. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the configuration, fills in what the data directory decides, and checks it.
 * @throws ConfigError with path and line of every wrong key; CliError `config.unreadable`
 */
export function loadConfiguration(options: ConfigurationOptions): Configuration {
  const file = options.file ?? join(options.dataDirectory, 'vms.yaml');
  const isNeeded = options.file !== undefined;
  const text = isNeeded || existsSync(file) ? read(file) : '';
  const { variables = {} } = options;
  const { value, lineOf } = readYaml(text, { source: file, variables });
  const configuration = parseConfig(configurationSchema, withPlaces(withoutEmpty(value), options), {
    source: file,
    lineOf,
  });
  return withSecrets(configuration);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CliError('config.unreadable', CONFIGURATION_TEXTS.unreadable, {
      cause,
      values: { file, reason: systemErrorText(cause) },
    });
  }
}

/** Puts secrets in their places that stand in files of their own. */
function withSecrets(configuration: Configuration): Configuration {
  const iceServers = configuration.stream.iceServers.map((server, i) => {
    const { credentialFile } = server;
    if (credentialFile === undefined) return server;
    const key = `stream.iceServers[${i}].credentialFile`;
    return { ...server, credential: readSecretFile(credentialFile, key) };
  });
  const { gateway } = configuration;
  const { scrapeTokenFile: file } = gateway;
  const scrapeToken =
    file && readSecretFile(file, 'gateway.scrapeTokenFile', MIN_SCRAPE_TOKEN_CHARACTERS);
  return {
    ...configuration,
    stream: { ...configuration.stream, iceServers },
    gateway: { ...gateway, ...(scrapeToken !== undefined && { scrapeToken }) },
  };
}

/** A part whose keys are all comments is none. */
function withoutEmpty(written: unknown): unknown {
  if (!isPart(written)) return written;
  return Object.fromEntries(Object.entries(written).filter(([, part]) => part !== null));
}

type Part = Record<string, unknown>;
const SERVICES = ['ingest', 'storage', 'stream', 'api', 'gateway'] as const;

/**
 * Adds what the file leaves open and the place of this installation decides: ports of the
 * environment (they win), folders of the data directory, and where the services find each other.
 */
function withPlaces(written: unknown, options: ConfigurationOptions): unknown {
  if (!isPart(written)) return written;
  const parts: Part = { ...written };
  for (const name of SERVICES) {
    const part = written[name] ?? {};
    // What is no object is left for the schema to complain about.
    if (!isPart(part)) return written;
    const port = options.ports[name];
    parts[name] = { ...part, ...(port !== undefined && { port }) };
  }
  const { ingest, storage, stream, api, gateway } = parts as Record<
    (typeof SERVICES)[number],
    Part
  >;
  const defaults = configurationSchema.parse({});
  const urlOf = (name: (typeof SERVICES)[number], scheme = 'http'): string => {
    const { host, port } = { ...defaults[name], ...(parts[name] as Part) };
    // A wrong port is told of once, where it stands.
    if (typeof port !== 'number') return `http://127.0.0.1:${defaults[name].port}`;
    return `${scheme}://${reachable(String(host))}:${String(port)}`;
  };
  const layout = layoutOf(options.dataDirectory);
  ingest.apiUrl ??= urlOf('api');
  storage.apiUrl ??= urlOf('api');
  stream.apiUrl ??= urlOf('api');
  if (options.ports.streamUdp !== undefined) stream.udpPort = options.ports.streamUdp;
  storage.dataPath ??= layout.storage;
  storage.volumes ??= [{ path: layout.defaultVolume }];
  api.ingestUrl ??= urlOf('ingest');
  api.storageUrl ??= urlOf('storage');
  api.streamUrl ??= urlOf('stream');
  // At a port that the system chooses nobody could find it.
  const gatewayUrl = urlOf('gateway', (gateway.tls ?? 'none') === 'none' ? 'http' : 'https');
  if (new URL(gatewayUrl).port !== '0') api.gatewayUrl ??= gatewayUrl;
  api.databasePath ??= join(layout.api, 'vms.sqlite');
  if (options.demoUrl !== undefined) api.demo = { url: options.demoUrl };
  return parts;
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where a service on this machine is reached that listens on `host`. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** `http://127.0.0.1:9095` of each service, as the others reach it. */
export function serviceUrls(
  configuration: Configuration,
): Record<(typeof SERVICES)[number], string> {
  const urlOf = ({ host, port }: { host: string; port: number }, scheme = 'http'): string =>
    `${scheme}://${reachable(host)}:${port}`;
  return {
    ingest: urlOf(configuration.ingest),
    storage: urlOf(configuration.storage),
    stream: urlOf(configuration.stream),
    api: urlOf(configuration.api),
    gateway: urlOf(configuration.gateway, configuration.gateway.tls === 'none' ? 'http' : 'https'),
  };
}
