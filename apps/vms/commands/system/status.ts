import type { CameraView } from '@vms/api/cameras/camera-schemas.ts';
import { systemView } from '@vms/api/system/system-routes.ts';
import { CAMERA_STATES } from '@vms/common/camera.ts';
import type { z } from 'zod';
import { EXIT } from '../../cli-error.ts';
import { columnsOf } from '../../command-line/columns.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { serviceUrls } from '../../config/configuration.ts';
import { bytesText } from '../../language/number-text.ts';
import { runningProcesses } from '../../system-access/lock-holders.ts';
import { withRunningAddresses } from '../../system-access/running-configuration.ts';
import { SystemApi } from '../../system-access/system-api.ts';
import { listCameras } from '../cameras/find-camera.ts';
import { STATE_TEXTS } from '../cameras/state-texts.ts';
import { findInstallation } from '../installation.ts';
import { listOpenAlerts, tellAlerts } from './open-alerts.ts';
import { HEALTH_TEXTS, STATUS_TEXTS, VOLUME_TEXTS } from './status-texts.ts';

type System = z.output<typeof systemView>;

/** `vms status`: one screen. Exit code 1 where something needs attention. */
export async function status(
  { options }: Invocation<'status'>,
  { environment, terminal }: CommandContext,
): Promise<number> {
  const installation = findInstallation(options, environment);
  const api = await SystemApi.open(installation);
  const system = await api.call('GET', '/system', systemView);
  const alerts = await listOpenAlerts(api);
  const cameras = await listCameras(api);
  const { dataDirectory, run } = installation;
  const processes = [...runningProcesses(run)].map(([name, pid]) => ({ name, pid }));
  const url = serviceUrls(withRunningAddresses(installation)).gateway;
  const camerasByState = countByState(cameras);
  terminal.result({
    ...system,
    data: dataDirectory,
    url,
    processes,
    alerts,
    cameras: { count: cameras.length, byState: camerasByState },
  });
  terminal.say(STATUS_TEXTS.running, { version: system.version, data: dataDirectory, url });
  tellServices(system, processes, terminal);
  tellCameras(camerasByState, terminal);
  tellVolumes(system, terminal);
  tellAlerts(alerts, system.timeZone, terminal);
  return alerts.length === 0 ? EXIT.ok : EXIT.failure;
}

/** Which process runs a service, by the name of the process. */
const PROCESS_OF: Readonly<Record<string, string>> = {
  stream: 'live',
  api: 'control',
  gateway: 'control',
};

function tellServices(
  { services }: System,
  processes: readonly { readonly name: string; readonly pid: number }[],
  terminal: Terminal,
): void {
  const rows = services.map(({ name, status: health, detail }) => {
    const process = processes.find((each) => each.name === (PROCESS_OF[name] ?? name));
    const pid =
      process === undefined ? '' : terminal.in(STATUS_TEXTS.process, { pid: process.pid });
    const more = detail === null ? '' : terminal.in(STATUS_TEXTS.detail, { detail });
    return ['', name, terminal.in(HEALTH_TEXTS[health]), pid, more];
  });
  terminal.print(`\n${terminal.in(STATUS_TEXTS.services)}`);
  terminal.print(rowsOf(rows));
}

function tellCameras(byState: Readonly<Record<string, number>>, terminal: Terminal): void {
  const parts = [...CAMERA_STATES, 'unknown' as const].flatMap((state) => {
    const count = byState[state] ?? 0;
    return count === 0 ? [] : [`${count} ${terminal.in(STATE_TEXTS[state].label)}`];
  });
  terminal.print(`\n${terminal.in(STATUS_TEXTS.cameras)}`);
  terminal.print(`  ${parts.join(', ') || terminal.in(STATUS_TEXTS.noCameras)}`);
}

function tellVolumes({ volumes }: System, terminal: Terminal): void {
  const { language } = terminal;
  terminal.print(`\n${terminal.in(STATUS_TEXTS.volumes)}`);
  for (const { path, state, freeBytes, totalBytes, recordedBytes } of volumes) {
    const known = VOLUME_TEXTS[state];
    const line = terminal.in(STATUS_TEXTS.volume, {
      path,
      state: known === undefined ? state : terminal.in(known),
      free: bytesText(freeBytes, language),
      total: bytesText(totalBytes, language),
      recorded: bytesText(recordedBytes, language),
    });
    terminal.print(`  ${line}`);
  }
}

function rowsOf(rows: readonly (readonly string[])[]): string {
  const [first = [], ...rest] = rows;
  return columnsOf(first, rest);
}

function countByState(cameras: readonly CameraView[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const {
    status: { state },
  } of cameras)
    counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
