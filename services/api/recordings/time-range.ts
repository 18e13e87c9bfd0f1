import type { EpochMs } from '@vms/common/clock.ts';
import { ApiError } from '../api-error.ts';

export interface TimeRange {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/**
 * A range from two instants, [from, to).
 * @throws ApiError `recording.range-invalid` where it is empty, backwards, or longer than `maxMs`
 */
export function timeRange(from: string, to: string, maxMs: number): TimeRange {
  const range = { from: Date.parse(from), to: Date.parse(to) };
  if (range.to <= range.from) throw wrong('“to” must be after “from”');
  if (range.to - range.from > maxMs) {
    const hours = maxMs / 3600_000;
    throw wrong(`it may span ${hours <= 48 ? `${hours} hours` : `${hours / 24} days`} at most`);
  }
  return range;
}

function wrong(why: string): ApiError {
  return new ApiError(
    'recording.range-invalid',
    { happened: `The range of time cannot be used: ${why}.`, remedy: 'Choose another range.' },
    { errors: [{ path: 'to', message: why }] },
  );
}
