import type { EpochMs } from '@vms/common/clock.ts';
import {
  type ExportFormat,
  type ExportReport,
  GAP_MS,
} from '@vms/storage/export/export-recording.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { bytesText, durationText, numberText } from '../../language/number-text.ts';
import { EXPORT_TEXTS } from './export-texts.ts';
import type { ExportRange } from './read-range.ts';
import type { NamedCamera } from './which-camera.ts';
import { zonedText } from './zoned-time.ts';

/** Gaps that people are told of one by one. */
const MAX_TOLD_GAPS = 20;

interface Gap {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export interface Exported {
  readonly camera: NamedCamera;
  readonly range: ExportRange;
  readonly format: ExportFormat;
  readonly report: ExportReport;
  readonly gaps: readonly Gap[];
}

/** Where nothing is recorded within the range. */
export function gapsOf({ from, to }: ExportRange, { pieces }: ExportReport): Gap[] {
  const gaps: Gap[] = [];
  let at = from;
  for (const { start, end } of pieces) {
    if (start - at > GAP_MS) gaps.push({ from: at, to: start });
    at = Math.max(at, end);
  }
  if (to - at > GAP_MS) gaps.push({ from: at, to });
  return gaps;
}

export function tellExport({ camera, range, report, gaps }: Exported, terminal: Terminal): void {
  const { language } = terminal;
  const { zone } = range;
  const shown = (instant: EpochMs): string => zonedText(instant, zone);
  terminal.say(EXPORT_TEXTS.head, {
    camera: camera.name,
    from: shown(range.from),
    to: shown(range.to),
    zone,
  });
  for (const { path, bytes, durationMs, pictures, hasSound } of report.files) {
    terminal.say(EXPORT_TEXTS.file, {
      path,
      size: bytesText(bytes, language),
      duration: durationText(durationMs, language),
      pictures: numberText(pictures, language),
      sound: terminal.in(hasSound ? EXPORT_TEXTS.withSound : EXPORT_TEXTS.silent),
    });
  }
  for (const { from, to } of gaps.slice(0, MAX_TOLD_GAPS)) {
    const duration = durationText(to - from, language);
    terminal.say(EXPORT_TEXTS.gap, { from: shown(from), to: shown(to), duration });
  }
  const more = gaps.length - MAX_TOLD_GAPS;
  if (more > 0) terminal.say(EXPORT_TEXTS.moreGaps, { count: more });
  for (const { from, to } of report.recordedTwice.slice(0, MAX_TOLD_GAPS)) {
    const duration = durationText(to - from, language);
    terminal.say(EXPORT_TEXTS.recordedTwice, { from: shown(from), to: shown(to), duration });
  }
}

/** The same for programs; instants in ISO 8601. */
export function describeExport({ camera, range, format, report, gaps }: Exported): object {
  return {
    camera,
    format,
    from: isoOf(range.from),
    to: isoOf(range.to),
    timeZone: range.zone,
    files: report.files,
    pieces: report.pieces.map(({ start, end, file, positionMs }) => ({
      from: isoOf(start),
      to: isoOf(end),
      file,
      positionMs,
    })),
    gaps: gaps.map(isoRange),
    recordedTwice: report.recordedTwice.map(isoRange),
  };
}

function isoRange({ from, to }: Gap): object {
  return { from: isoOf(from), to: isoOf(to) };
}

function isoOf(instant: EpochMs): string {
  return new Date(instant).toISOString();
}
