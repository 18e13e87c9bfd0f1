import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@vms/common/clock.ts';
import { VmsError } from '@vms/common/errors.ts';
import { CATALOGUE_FILE } from '@vms/storage/service.ts';
import { EXIT } from '../../cli-error.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { withRunningAddresses } from '../../system-access/running-configuration.ts';
import { SystemApi } from '../../system-access/system-api.ts';
import { findInstallation, type Installation } from '../installation.ts';
import { checkCertificate } from './check-certificate.ts';
import { checkClock } from './check-clock.ts';
import { checkData } from './check-data.ts';
import { checkFirewall } from './check-firewall.ts';
import { checkPorts } from './check-ports.ts';
import { checkPrograms } from './check-programs.ts';
import { checkVolume } from './check-volume.ts';
import { checkVolumeOwners } from './check-volume-owner.ts';
import { DOCTOR_TEXTS } from './doctor-texts.ts';
import type { Finding } from './finding.ts';
import { thisMachine } from './machine.ts';

/** `vms doctor`: looks at the machine; exit code 1 where something is bad. */
export async function doctor(
  { options }: Invocation<'doctor'>,
  { environment, terminal }: CommandContext,
): Promise<number> {
  const installation = findInstallation(options, environment);
  const { configuration, dataDirectory } = installation;
  const isRunning = await runs(installation);
  const { running, stopped } = DOCTOR_TEXTS;
  terminal.say(isRunning ? running : stopped, { data: dataDirectory });
  const findings: Finding[] = [];
  const add = (more: readonly Finding[]): void => {
    findings.push(...more);
    for (const finding of more) tell(finding, terminal);
  };
  add(await checkPrograms(thisMachine));
  add(await checkData(dataDirectory));
  // Once something was recorded a volume that is not there is a missing disk.
  const isMade = existsSync(join(configuration.storage.dataPath, CATALOGUE_FILE));
  for (const { path } of configuration.storage.volumes) {
    terminal.progress(terminal.in(DOCTOR_TEXTS.measuring, { path }));
    add(await checkVolume(path, isMade, systemClock, terminal.language));
  }
  add(await checkVolumeOwners(configuration.storage, systemClock));
  const inForce = isRunning ? withRunningAddresses(installation) : configuration;
  add(await checkPorts(inForce, isRunning, terminal));
  add(checkCertificate(configuration.gateway.tls, systemClock.now()));
  add([await checkClock(thisMachine, systemClock.now())]);
  add([await checkFirewall(thisMachine, inForce.stream.udpPort)]);
  const counts = countsOf(findings);
  terminal.say(DOCTOR_TEXTS.summary, counts);
  terminal.result({
    data: dataDirectory,
    running: isRunning,
    summary: counts,
    findings: findings.map(({ id, state, text, remedy, values }) => ({
      id,
      state,
      text: terminal.in(text, values),
      ...(remedy !== undefined && { remedy: terminal.in(remedy, values) }),
    })),
  });
  return counts.bad === 0 ? EXIT.ok : EXIT.failure;
}

/** Whether the system of this data directory runs: its own API answers. */
async function runs(installation: Installation): Promise<boolean> {
  try {
    const api = await SystemApi.open(installation);
    return await api.isOurs();
  } catch (error) {
    if (error instanceof VmsError) return false;
    throw error;
  }
}

function tell({ state, text, remedy, values }: Finding, terminal: Terminal): void {
  const mark = terminal.in(DOCTOR_TEXTS[state]);
  terminal.print(`${mark.padEnd(8)} ${terminal.in(text, values)}`);
  if (remedy !== undefined) terminal.print(`${' '.repeat(8)} → ${terminal.in(remedy, values)}`);
}

function countsOf(findings: readonly Finding[]): Record<Finding['state'], number> {
  const counts = { ok: 0, warning: 0, bad: 0 };
  for (const { state } of findings) counts[state]++;
  return counts;
}
