import { A } from '@solidjs/router';
import { useQuery } from '@tanstack/solid-query';
import { createMemo, For, Match, Show, Switch } from 'solid-js';
import { camerasQuery } from '../api/queries.ts';
import type { Camera, ShownState } from '../api/types.ts';
import { arrange } from '../cameras/camera-state.ts';
import { StateBadge } from '../cameras/state-badge.tsx';
import { usePreferences } from '../i18n/preferences.tsx';
import { Loading } from '../ui/page-states.tsx';

/** Cameras by state: how many, and which need attention. */
export function CamerasSection() {
  const { t, format, locale } = usePreferences();
  const query = useQuery(camerasQuery);
  const cameras = (): readonly Camera[] => query.data ?? [];
  const counts = createMemo((): readonly (readonly [ShownState, number])[] => {
    const byState = new Map<ShownState, number>();
    for (const camera of arrange(cameras(), 'all', '', locale())) {
      byState.set(camera.status.state, (byState.get(camera.status.state) ?? 0) + 1);
    }
    return [...byState];
  });
  const attention = createMemo(() => arrange(cameras(), 'attention', '', locale()));
  return (
    <section class="system-section" data-testid="cameras-by-state">
      <h2>{t('health.cameras')}</h2>
      <Switch>
        <Match when={query.isPending}>
          <Loading label={t('cameras.loading')} />
        </Match>
        <Match when={cameras().length === 0}>
          <p class="muted">{t('health.camerasNone')}</p>
        </Match>
        <Match when={true}>
          <ul class="state-counts">
            <For each={counts()}>
              {([state, count]) => (
                <li data-state={state}>
                  <strong class="numeric">{format().number(count)}</strong>
                  <StateBadge state={state} />
                </li>
              )}
            </For>
          </ul>
          <Show when={attention().length > 0}>
            <ul class="panel services">
              <For each={attention()}>
                {(camera) => (
                  <li class="service">
                    <A href={`/cameras/${camera.id}`} class="truncate" dir="auto">
                      {camera.name}
                    </A>
                    <StateBadge state={camera.status.state} />
                    <span class="muted small service-detail">
                      {t.find(`state.${camera.status.state}.meaning`)}
                    </span>
                  </li>
                )}
              </For>
            </ul>
          </Show>
        </Match>
      </Switch>
    </section>
  );
}
