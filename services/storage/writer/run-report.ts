import { hex, type RunIdentity, runIdOf } from '@vms/format/run-header.ts';
import type { RunReport } from './control-messages.ts';

/** What of a run grows. */
export interface RunProgress {
  readonly end: number;
  readonly bytes: number;
  readonly fragments: number;
  readonly frames: number;
  /** Hexadecimal. */
  readonly lastHash: string;
}

/** A run as the catalogue keeps it. */
export function runReport(path: string, run: RunIdentity, progress: RunProgress): RunReport {
  const video = run.tracks.find((track) => track.kind === 'video');
  const audio = run.tracks.find((track) => track.kind === 'audio');
  return {
    id: runIdOf(run.segmentUid),
    path,
    camera: run.camera,
    stream: run.stream,
    fileNumber: run.fileNumber,
    start: run.dateUtc,
    ...progress,
    videoCodec: video?.codec ?? '',
    audioCodec: audio?.codec ?? '',
    width: video?.width ?? 0,
    height: video?.height ?? 0,
    previousHash: hex(run.previousHash),
  };
}
