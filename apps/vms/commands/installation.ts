import { join, resolve } from 'node:path';
import { type Configuration, loadConfiguration } from '../config/configuration.ts';
import { checkDataVersion } from '../config/data-directory.ts';
import type { Environment } from '../config/environment.ts';
import { type RunDirectory, runDirectoryOf } from '../config/run-directory.ts';

/** Folder in which a system keeps everything, where nobody names another. */
const DEFAULT_DATA_DIRECTORY = 'data';
const CHECKOUT = join(import.meta.dirname, '..', '..', '..');

/** Where a system is on this machine, and how it is configured. */
export interface Installation {
  /** Absolute. */
  readonly dataDirectory: string;
  readonly configuration: Configuration;
  /** Where the configuration is read from; it need not be there. */
  readonly configurationFile: string;
  readonly run: RunDirectory;
  /** The built web client. */
  readonly webRoot: string;
}

/** What the command line says of where the system is. */
export interface InstallationOptions {
  readonly data: string | undefined;
  readonly config: string | undefined;
  /** Where the simulator of the demo camera is, where there is one. */
  readonly demoUrl?: string | undefined;
}

/** Absolute. */
export function dataDirectoryOf(
  { data }: Pick<InstallationOptions, 'data'>,
  environment: Environment,
): string {
  return resolve(data ?? environment.dataDirectory ?? DEFAULT_DATA_DIRECTORY);
}

/**
 * Finds data directory and configuration; touches nothing.
 * @throws CliError `data.newer-version`, `data.damaged`, `config.unreadable`; ConfigError
 */
export function findInstallation(
  line: InstallationOptions,
  environment: Environment,
): Installation {
  const dataDirectory = dataDirectoryOf(line, environment);
  checkDataVersion(dataDirectory);
  const configuration = loadConfiguration({
    dataDirectory,
    file: line.config === undefined ? undefined : resolve(line.config),
    ports: environment.ports,
    demoUrl: line.demoUrl,
    variables: environment.variables,
  });
  return {
    dataDirectory,
    configuration,
    configurationFile: resolve(line.config ?? join(dataDirectory, 'vms.yaml')),
    run: runDirectoryOf(dataDirectory, environment.runParent),
    webRoot: join(CHECKOUT, 'apps', 'web', 'dist'),
  };
}
