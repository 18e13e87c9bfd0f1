import { type Query, useQueryClient } from '@tanstack/solid-query';
import type { EpochMs } from '@vms/common/clock.ts';
import { createSignal, onCleanup, Show } from 'solid-js';
import { ApiProblem } from '../api/problem.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { useNow } from '../time/now.ts';
import { Notice } from '../ui/notice.tsx';

interface Staleness {
  /** When the oldest of what is shown was heard. */
  readonly since: EpochMs;
  /** Nothing answers at all; else a part of the system is in trouble. */
  readonly silent: boolean;
}

/** Whether data is shown that could not be read again. What was refused was answered. */
export function isStale({ state: { data, error, status } }: Query): boolean {
  const refused = error instanceof ApiProblem && error.status > 0 && error.status < 500;
  return status === 'error' && data !== undefined && !refused;
}

/** Says of every page that what it shows is no longer how it is, because the system does not answer. */
export function StaleNotice() {
  const { t, format } = usePreferences();
  const now = useNow();
  const client = useQueryClient();
  const cache = client.getQueryCache();
  const read = (): Staleness | undefined => {
    const stale = cache.findAll({ type: 'active', predicate: isStale });
    if (stale.length === 0) return undefined;
    return {
      since: Math.min(...stale.map(({ state }) => state.dataUpdatedAt)),
      silent: stale.every(({ state: { error } }) => (error as ApiProblem).status === 0),
    };
  };
  const [staleness, setStaleness] = createSignal(read());
  onCleanup(
    cache.subscribe((event) => {
      setStaleness(read());
      // What does not poll is asked again once the system answers.
      if (event.type !== 'updated' || event.action.type !== 'success') return;
      void client.refetchQueries({
        type: 'active',
        predicate: (query) => isStale(query) && query.state.fetchStatus === 'idle',
      });
    }),
  );
  return (
    <Show when={staleness()}>
      {(known) => (
        <Notice
          tone="warn"
          icon="connecting"
          title={t(known().silent ? 'away.title' : 'away.partTitle')}
          live
          testId="stale"
        >
          <p>{t('away.shown', { time: format().moment(known().since, now()) })}</p>
        </Notice>
      )}
    </Show>
  );
}
