import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { messageOf } from '@vms/common/errors.ts';
import { CliError, EXIT } from '../../cli-error.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { findInstallation } from '../installation.ts';
import { SERVICE_TEXTS } from './service-texts.ts';
import { installSteps, type Step, UNIT_FILE, uninstallSteps } from './unit.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..', '..', '..');
/** Where a system that systemd runs keeps everything. */
const DEFAULT_DATA = '/var/lib/vms';

/** `vms service install`: makes systemd run the system from now on. */
export async function serviceInstall(
  { options }: Invocation<'service install'>,
  { environment, terminal }: CommandContext,
): Promise<number> {
  const data = resolve(options.data ?? environment.dataDirectory ?? DEFAULT_DATA);
  // A wrong configuration is told of here, and not by a service that does not start.
  const { configuration, dataDirectory } = findInstallation({ ...options, data }, environment);
  const volumes = configuration.storage.volumes.map(({ path }) => resolve(dataDirectory, path));
  const steps = installSteps({ checkout: CHECKOUT, dataDirectory, volumes });
  perform(steps, options['dry-run'], terminal);
  if (!options['dry-run']) terminal.say(SERVICE_TEXTS.installed, { data: dataDirectory });
  return EXIT.ok;
}

/** `vms service uninstall`: stops it, and takes away what install put there. */
export async function serviceUninstall(
  { options }: Invocation<'service uninstall'>,
  { terminal }: CommandContext,
): Promise<number> {
  perform(uninstallSteps(), options['dry-run'], terminal);
  if (!options['dry-run']) terminal.say(SERVICE_TEXTS.uninstalled);
  return EXIT.ok;
}

/** `vms service status`: what systemd knows of it. */
export async function serviceStatus(
  _invocation: Invocation<'service status'>,
  { terminal }: CommandContext,
): Promise<number> {
  const installed = existsSync(UNIT_FILE);
  const state = installed ? output('systemctl', 'is-active', 'vms.service') : 'absent';
  terminal.result({ installed, state });
  if (!installed) terminal.say(SERVICE_TEXTS.notInstalled);
  else terminal.say(SERVICE_TEXTS.state, { state });
  return state === 'active' ? EXIT.ok : EXIT.failure;
}

function perform(steps: readonly Step[], isDry: boolean, terminal: Terminal): void {
  terminal.result({ dryRun: isDry, steps });
  if (isDry) terminal.say(SERVICE_TEXTS.wouldDo);
  else if (process.getuid?.() !== 0) throw new CliError('cli.usage', SERVICE_TEXTS.needsRoot);
  for (const step of steps) {
    terminal.print(inWords(step, isDry));
    if (!isDry) performOne(step);
  }
}

function inWords(step: Step, isDry: boolean): string {
  if (step.kind === 'run') return `  ${step.command.join(' ')}`;
  if (step.kind === 'remove') return `  rm -f ${step.path}`;
  const text = isDry ? `\n${step.text.replaceAll(/^/gm, '    ').trimEnd()}` : '';
  return `  > ${step.path}${text}`;
}

function performOne(step: Step): void {
  try {
    if (step.kind === 'write') {
      mkdirSync(dirname(step.path), { recursive: true });
      writeFileSync(step.path, step.text, { mode: 0o644 });
    } else if (step.kind === 'remove') {
      rmSync(step.path, { force: true });
    } else {
      const [program, ...args] = step.command;
      const { error, status } = spawnSync(program, args, { stdio: ['ignore', 2, 2] });
      if (error !== undefined) throw error;
      if (status !== 0) throw new Error(`${step.command.join(' ')}: ${status}`);
    }
  } catch (cause) {
    const values = { why: messageOf(cause) };
    throw new CliError('service.step-failed', SERVICE_TEXTS.failed, { cause, values });
  }
}

function output(program: string, ...args: string[]): string {
  const { stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return (stdout ?? '').trim() || 'unknown';
}
