import { keepPreviousData } from '@tanstack/solid-query';
import type { Span, Window } from '../camera/timeline/view.ts';
import { api } from './client.ts';
import type { AlertState } from './types.ts';

/** How often states are asked for. Solid Query pauses it while the page is hidden. */
export const STATUS_POLL_MS = 2000;
/** How often what is recorded is asked for. */
export const TIMELINE_POLL_MS = 4000;
/** How often a card asks what of its last 24 hours is recorded. */
const LAST_DAY_POLL_MS = 60_000;

export const camerasQuery = () => ({
  queryKey: ['cameras'] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => api.cameras(signal),
  refetchInterval: STATUS_POLL_MS,
  reconcile: 'id' as const,
});

export const cameraQuery = (id: string) => ({
  queryKey: ['cameras', id] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => api.camera(id, signal),
  refetchInterval: STATUS_POLL_MS,
  reconcile: 'id' as const,
});

export const systemQuery = () => ({
  queryKey: ['system'] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => api.system(signal),
  refetchInterval: STATUS_POLL_MS * 2,
  // Services and volumes stay in their order: a row keeps the focus that is in it.
  reconcile: 'id' as const,
});

/** Alerts that are shown at once; more on request. */
const ALERT_PAGE = 50;

export const alertsQuery = (state: AlertState) => ({
  queryKey: ['alerts', state] as const,
  queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: string | undefined }) =>
    api.alerts({ state, limit: ALERT_PAGE, cursor: pageParam }, signal),
  initialPageParam: undefined,
  getNextPageParam: (last: { nextCursor?: string | null }) => last.nextCursor ?? undefined,
  refetchInterval: STATUS_POLL_MS * 2,
  reconcile: 'id' as const,
});

export const channelsQuery = () => ({
  queryKey: ['alert-channels'] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => api.channels(signal),
  refetchInterval: STATUS_POLL_MS * 5,
  reconcile: 'id' as const,
});

export const tokensQuery = () => ({
  queryKey: ['tokens'] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => api.tokens(signal),
});

/** The spans of a window as numbers, in order. */
export async function fetchSpans(
  id: string,
  window: Window,
  signal?: AbortSignal,
): Promise<Span[]> {
  const answer = await api.timeline(
    id,
    {
      from: new Date(window.from).toISOString(),
      to: new Date(window.to).toISOString(),
      resolutionMs: window.resolutionMs,
    },
    signal,
  );
  return answer.spans
    .map((span) => ({ start: Date.parse(span.start), end: Date.parse(span.end) }))
    .sort((a, b) => a.start - b.start);
}

export const timelineQuery = (id: string, window: Window, live: boolean) => ({
  queryKey: ['timeline', id, window.from, window.to, window.resolutionMs] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => fetchSpans(id, window, signal),
  placeholderData: keepPreviousData<Span[]>,
  staleTime: TIMELINE_POLL_MS / 2,
  refetchInterval: live ? TIMELINE_POLL_MS : (false as const),
});

const DAY_MS = 86_400_000;
/** A pixel of a card's strip is about five minutes; shorter gaps than this cannot be seen. */
const LAST_DAY_RESOLUTION_MS = 120_000;

export const lastDayQuery = (id: string, enabled: boolean) => ({
  queryKey: ['last-day', id] as const,
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const to = Date.now();
    const window = { from: to - DAY_MS, to, resolutionMs: LAST_DAY_RESOLUTION_MS };
    return { ...window, spans: await fetchSpans(id, window, signal) };
  },
  enabled,
  staleTime: LAST_DAY_POLL_MS / 2,
  refetchInterval: LAST_DAY_POLL_MS,
});

export const recordingsQuery = (id: string, from: number, to: number, live: boolean) => ({
  queryKey: ['recordings', id, from, to] as const,
  queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: string | undefined }) =>
    api.recordings(
      id,
      {
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        limit: 200,
        cursor: pageParam,
      },
      signal,
    ),
  initialPageParam: undefined,
  getNextPageParam: (last: { nextCursor?: string | null }) =>
    last.nextCursor === null || last.nextCursor === '' ? undefined : last.nextCursor,
  refetchInterval: live ? TIMELINE_POLL_MS : (false as const),
  // A row that stays keeps its place and the focus that is in it.
  reconcile: 'id' as const,
});
