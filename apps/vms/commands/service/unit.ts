import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const SAMPLES = join(import.meta.dirname, '..', '..', '..', '..', 'deploy', 'systemd');
/** Paths in them, which stand for those of this machine. */
const SAMPLE_CHECKOUT = '/opt/vms';
const SAMPLE_DATA = '/var/lib/vms';
/** systemd makes folders with the right owner below it. */
const STATE_ROOT = '/var/lib';

export const UNIT_FILE = '/etc/systemd/system/vms.service';
export const SYSUSERS_FILE = '/etc/sysusers.d/vms.conf';

export interface UnitPaths {
  /** Folder of this checkout. */
  readonly checkout: string;
  readonly dataDirectory: string;
  /** Volumes of the configuration. */
  readonly volumes: readonly string[];
}

export type Step =
  | { readonly kind: 'write'; readonly path: string; readonly text: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'run'; readonly command: readonly [string, ...string[]] };

/** The unit with the paths of this machine. */
export function unitFor({ checkout, dataDirectory, volumes }: UnitPaths): string {
  const sample = readFileSync(join(SAMPLES, 'vms.service'), 'utf8');
  const state = stateOf(dataDirectory);
  const writable = [
    ...(state === undefined ? [dataDirectory] : []),
    ...volumes.filter((path) => !isBelow(path, dataDirectory)),
  ];
  // Without the first paragraph, which explains the sample.
  const lines = sample
    .replace(/^(#.*\n)+\n/, '')
    .replaceAll(SAMPLE_CHECKOUT, checkout)
    .replaceAll(SAMPLE_DATA, dataDirectory)
    .replace(/^StateDirectory=.*\n/m, state === undefined ? '' : `StateDirectory=${state}\n`)
    .replace(/^StateDirectoryMode=.*\n/m, (line) => (state === undefined ? '' : line))
    .replace(/^ReadWritePaths=.*$/m, (line) => [line, ...writable].join(' '));
  // A checkout in somebody's home must stay readable.
  const isAtHome = ['/home', '/root'].some((home) => isBelow(checkout, home));
  return isAtHome ? lines.replace(/^ProtectHome=yes$/m, 'ProtectHome=read-only') : lines;
}

/** What installing does, in this order. */
export function installSteps(paths: UnitPaths): Step[] {
  const { dataDirectory } = paths;
  const users = readFileSync(join(SAMPLES, 'vms.sysusers.conf'), 'utf8');
  return [
    {
      kind: 'write',
      path: SYSUSERS_FILE,
      text: users.replaceAll(SAMPLE_DATA, dataDirectory),
    },
    { kind: 'run', command: ['systemd-sysusers', SYSUSERS_FILE] },
    ...(stateOf(dataDirectory) === undefined
      ? [run('install', '-d', '-m', '0750', '-o', 'vms', '-g', 'vms', dataDirectory)]
      : []),
    { kind: 'write', path: UNIT_FILE, text: unitFor(paths) },
    run('systemctl', 'daemon-reload'),
    run('systemctl', 'enable', '--now', 'vms.service'),
  ];
}

/** What uninstalling does. The user stays, as recordings belong to it. */
export function uninstallSteps(): Step[] {
  return [
    run('systemctl', 'disable', '--now', 'vms.service'),
    { kind: 'remove', path: UNIT_FILE },
    { kind: 'remove', path: SYSUSERS_FILE },
    run('systemctl', 'daemon-reload'),
  ];
}

function run(...command: [string, ...string[]]): Step {
  return { kind: 'run', command };
}

/** Name of a folder that systemd makes; undefined where it cannot be one of those. */
function stateOf(dataDirectory: string): string | undefined {
  const name = relative(STATE_ROOT, dataDirectory);
  return name !== '' && !name.startsWith('..') ? name : undefined;
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
