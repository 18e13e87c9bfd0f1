import type { EpochMs } from '@vms/common/clock.ts';
import type { Kysely } from 'kysely';
import type { CatalogueSchema } from './schema.ts';

/** What is recorded, without a hole of the resolution asked for. */
export interface Span {
  readonly start: EpochMs;
  end: EpochMs;
}

export interface RunQuery {
  readonly camera: string;
  readonly stream?: string;
  /** 0 is no bound. */
  readonly from: EpochMs;
  /** 0 is no bound. */
  readonly to: EpochMs;
}

/**
 * Runs that overlap [from, to), by start. Only those are read that may: none is longer than the
 * longest that there ever was of the camera, and the open ones are given.
 *
 * @param open runs without a closing line that may reach behind `from`, however long they are.
 */
export async function selectOverlapping(
  queries: Kysely<CatalogueSchema>,
  { camera, stream, from, to }: RunQuery,
  open: readonly { readonly id: string; readonly start: EpochMs }[],
) {
  let select = queries
    .selectFrom('run')
    .selectAll()
    .where('camera', '=', camera)
    .orderBy('start')
    .orderBy('id');
  if (stream !== undefined) select = select.where('stream', '=', stream);
  if (to > 0) select = select.where('start', '<', to);
  if (from > 0) {
    const row = await queries
      .selectFrom('recorded')
      .select((columns) => columns.fn.max<number | null>('longest_ms').as('longest'))
      .where('camera', '=', camera)
      .executeTakeFirst();
    const ids = open.map(({ id }) => id);
    select = select
      .where('start', '>=', Math.min(from - (row?.longest ?? 0), ...open.map((run) => run.start)))
      .where((where) => where.or([where('end', '>', from), where('id', 'in', ids)]));
  }
  return { select };
}

/** Joins runs, sorted by start, over gaps shorter than `resolutionMs`, cut to [from, to). */
export function joinSpans(
  runs: readonly Span[],
  { from, to, resolutionMs }: RunQuery & { readonly resolutionMs: number },
): Span[] {
  const spans: Span[] = [];
  for (const { start, end } of runs) {
    if (from > 0 && end < from) continue;
    const first = Math.max(start, from);
    const until = to > 0 ? Math.min(end, to) : end;
    const last = spans.at(-1);
    if (last !== undefined && first - last.end <= resolutionMs) {
      last.end = Math.max(last.end, until);
    } else {
      spans.push({ start: first, end: until });
    }
  }
  return spans;
}
