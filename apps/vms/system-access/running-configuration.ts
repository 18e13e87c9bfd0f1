import { lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { readYaml } from '@vms/common/config-yaml.ts';
import { type Configuration, configurationSchema } from '../config/configuration.ts';
import { type RunDirectory, runDirectoryOf } from '../config/run-directory.ts';
import { runningProcesses } from './lock-holders.ts';

/** What says where a system is on this machine. */
interface Place {
  readonly dataDirectory: string;
  readonly configuration: Configuration;
  readonly run: RunDirectory;
}

/**
 * The configuration with the addresses at which the system on this data directory listens now: those of its
 * start, whatever the environment and vms.yaml say since. As it is where no system runs.
 */
export function withRunningAddresses(place: Place): Configuration {
  const { configuration } = place;
  const running = runningConfiguration(place);
  if (running === undefined) return configuration;
  const { api, gateway, ingest, storage, stream } = running;
  const { host, pathPrefix, port, tls } = gateway;
  return {
    ...configuration,
    api: { ...configuration.api, host: api.host, port: api.port },
    gateway: { ...configuration.gateway, host, pathPrefix, port, tls },
    ingest: { ...configuration.ingest, host: ingest.host, port: ingest.port },
    storage: { ...configuration.storage, host: storage.host, port: storage.port },
    stream: {
      ...configuration.stream,
      ...{ host: stream.host, port: stream.port, udpHost: stream.udpHost, udpPort: stream.udpPort },
    },
  };
}

/** What the launcher wrote at its start; after one that was killed it counts while its processes run. */
function runningConfiguration({ dataDirectory, run }: Place): Configuration | undefined {
  const ownUid = process.getuid?.() ?? 0;
  const owner = statSync(dataDirectory, { throwIfNoEntry: false })?.uid ?? ownUid;
  const candidates = [{ uid: ownUid, run }];
  // As a service it runs as the user to whom the data belongs.
  if (owner !== ownUid)
    candidates.push({ uid: owner, run: runDirectoryOf(dataDirectory, dirname(run.path), owner) });
  for (const { uid, run: each } of candidates) {
    if (!isPrivate(each.path, uid) || runningProcesses(each).size === 0) continue;
    const read = readCopy(each.configuration);
    if (read !== undefined) return read;
  }
  return undefined;
}

/** A token of the operator goes to the addresses in it: in /tmp anybody may make a folder of that name. */
function isPrivate(path: string, uid: number): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === uid && (stat.mode & 0o077) === 0;
}

function readCopy(file: string): Configuration | undefined {
  try {
    const { value } = readYaml(readFileSync(file, 'utf8'), { source: file });
    return configurationSchema.safeParse(value).data;
  } catch {
    // The system stops right now, or another user may not read it.
    return undefined;
  }
}
