import type { RunReport } from '../writer/control-messages.ts';
import { TEST_CAMERA } from './clip-frames.ts';

/** When run 0 of {@link runReport} begins. */
export const RUNS_START = Date.UTC(2026, 0, 2, 3);
const RUN_MS = 10 * 60_000;

/** What a writer reports of one of several runs of ten minutes, one after the other. */
export function runReport(number: number, patch: Partial<RunReport> = {}): RunReport {
  return {
    id: `run_${String(number).padStart(16, 'a')}`,
    path: `${TEST_CAMERA}/2026-01-02/${number}.mkv`,
    camera: TEST_CAMERA,
    stream: 'main',
    fileNumber: number,
    start: RUNS_START + number * RUN_MS,
    end: RUNS_START + (number + 1) * RUN_MS,
    bytes: 1000,
    fragments: 10,
    frames: 100,
    videoCodec: 'h264',
    audioCodec: '',
    width: 640,
    height: 360,
    previousHash: '00'.repeat(32),
    lastHash: 'ab'.repeat(32),
    ...patch,
  };
}
