import type { EpochMs } from '@vms/common/clock.ts';
import { timeZoneOf } from '@vms/common/time-zone.ts';
import { CliError } from '../../cli-error.ts';
import { EXPORT_TEXTS } from './export-texts.ts';
import { parseInstant, zonedText } from './zoned-time.ts';

export interface RangeOptions {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly 'time-zone': string | undefined;
}

/** What time is exported, and in which zone it is told. */
export interface ExportRange {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly zone: string;
}

/** @throws CliError `cli.usage` */
export function readRange(options: RangeOptions, cameraZone: string, now: EpochMs): ExportRange {
  const asked = options['time-zone'];
  const zone = asked === undefined ? cameraZone : timeZoneOf(asked);
  if (zone === undefined) {
    throw new CliError('cli.usage', EXPORT_TEXTS.notAZone, { values: { zone: asked ?? '' } });
  }
  if (options.from === undefined) throw new CliError('cli.usage', EXPORT_TEXTS.fromMissing);
  // An hour that comes twice is taken whole.
  const from = instantOf('--from', options.from, zone, now, 'first');
  const to = options.to === undefined ? now : instantOf('--to', options.to, zone, now, 'last');
  if (from < to) return { from, to, zone };
  throw new CliError('cli.usage', EXPORT_TEXTS.endsBefore, {
    values: { from: zonedText(from, zone), to: zonedText(to, zone) },
  });
}

function instantOf(
  option: string,
  value: string,
  zone: string,
  now: EpochMs,
  twice: 'first' | 'last',
): EpochMs {
  const instant = parseInstant(value, zone, now, twice);
  if (instant !== undefined) return instant;
  throw new CliError('cli.usage', EXPORT_TEXTS.notATime, { values: { option, value, zone } });
}
