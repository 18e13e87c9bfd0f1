import type { EpochMs } from '@vms/common/clock.ts';
import { CLOCK_FINDINGS } from './doctor-texts.ts';
import { type Finding, found } from './finding.ts';
import type { Machine } from './machine.ts';

/** Before this the program did not exist; a machine that says so has lost its clock. */
const EARLIEST = Date.UTC(2025, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/** Whether the clock is right as far as can be known: who synchronises it, if anybody. */
export async function checkClock(machine: Machine, now: EpochMs): Promise<Finding> {
  if (now < EARLIEST || now > LATEST) {
    return found('clock', CLOCK_FINDINGS.wrong, { time: new Date(now).toISOString() });
  }
  const { unknown } = CLOCK_FINDINGS;
  const state = (await askTimedatectl(machine)) ?? (await askChrony(machine));
  if (state === undefined) return found('clock', unknown);
  const { isSynchronised, by } = state;
  const { synchronised, notSynchronised } = CLOCK_FINDINGS;
  return found('clock', isSynchronised ? synchronised : notSynchronised, { by });
}

interface ClockState {
  readonly isSynchronised: boolean;
  readonly by: string;
}

async function askTimedatectl(machine: Machine): Promise<ClockState | undefined> {
  const property = ['-p', 'NTPSynchronized', '--value'];
  const { code, output } = await machine.ask('timedatectl', 'show', ...property);
  const said = output.trim();
  if (code !== 0 || (said !== 'yes' && said !== 'no')) return undefined;
  return { isSynchronised: said === 'yes', by: 'timedatectl' };
}

async function askChrony(machine: Machine): Promise<ClockState | undefined> {
  const { code, output } = await machine.ask('chronyc', '-n', 'tracking');
  const leap = /^Leap status\s*:\s*(.+)$/m.exec(output)?.[1];
  if (code !== 0 || leap === undefined) return undefined;
  return { isSynchronised: leap !== 'Not synchronised', by: 'chrony' };
}
