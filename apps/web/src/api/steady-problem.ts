import { type Accessor, createMemo } from 'solid-js';

interface QueryLike {
  readonly status: 'pending' | 'error' | 'success';
  readonly error: Error | null;
}

/**
 * What last went wrong, until it goes right. A query that has no data yet falls back to `pending` with
 * every new try: its error would flicker.
 */
export function steadyProblem(query: QueryLike): Accessor<Error | undefined> {
  return createMemo<Error | undefined>((before) => {
    if (query.status === 'success') return undefined;
    return query.status === 'error' ? (query.error ?? before) : before;
  });
}
