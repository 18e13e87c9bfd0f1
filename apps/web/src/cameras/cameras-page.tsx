import { useSearchParams } from '@solidjs/router';
import { useQuery } from '@tanstack/solid-query';
import { createMemo, createSignal, For, lazy, Match, Show, Suspense, Switch } from 'solid-js';
import { camerasQuery } from '../api/queries.ts';
import { steadyProblem } from '../api/steady-problem.ts';
import type { Camera } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { ZoneMenu } from '../shell/zone-choice.tsx';
import { useNow } from '../time/now.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Icon } from '../ui/icon.tsx';
import { Failed } from '../ui/page-states.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { useTitle } from '../ui/title.ts';
import { CameraCard } from './camera-card.tsx';
import { CameraDialog } from './camera-dialog.tsx';
import { arrange, FILTERS, type Filter, filterOf } from './camera-state.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import './cameras.css';

const AddDialog = lazy(() => import('./add/add-dialog.tsx'));

export default function CamerasPage() {
  const { t, locale } = usePreferences();
  const now = useNow();
  const query = useQuery(camerasQuery);
  const problem = steadyProblem(query);
  const [filter, setFilter] = createSignal<Filter>('all');
  const [search, setSearch] = createSignal('');
  const [params, setParams] = useSearchParams<{ add?: string }>();
  const [editing, setEditing] = createSignal<Camera>();
  const [deleting, setDeleting] = createSignal<Camera>();
  useTitle(() => t('cameras.title'));

  const cameras = (): readonly Camera[] => (query.data === undefined ? [] : query.data);
  const shown = createMemo(() => arrange(cameras(), filter(), search(), locale()));
  const count = (wanted: Filter): number =>
    wanted === 'all'
      ? cameras().length
      : cameras().filter((camera) => filterOf(camera.status.state) === wanted).length;
  // Part of the address, so that other pages lead here.
  const setAdding = (adding: boolean): void => {
    setParams({ add: adding ? '1' : undefined });
  };
  const actions = { edit: setEditing, remove: setDeleting };

  return (
    <>
      <div class="page-head">
        <h1>{t('cameras.title')}</h1>
        <ZoneMenu />
        <Button
          variant="primary"
          icon="add"
          data-testid="add-camera"
          onClick={() => setAdding(true)}
        >
          {t('cameras.add')}
        </Button>
      </div>
      <Switch>
        <Match when={problem() !== undefined && query.data === undefined}>
          <Failed problem={problem()} onRetry={() => void query.refetch()} />
        </Match>
        <Match when={query.isPending}>
          <CardsSkeleton label={t('cameras.loading')} />
        </Match>
        <Match when={cameras().length === 0}>
          <div class="panel">
            <Empty icon="camera" title={t('cameras.empty')} hint={t('cameras.emptyHint')}>
              <Button variant="primary" icon="add" onClick={() => setAdding(true)}>
                {t('cameras.add')}
              </Button>
            </Empty>
          </div>
        </Match>
        <Match when={true}>
          <div class="cameras-tools">
            <Segmented
              label={t('cameras.filter')}
              value={filter()}
              options={FILTERS.map((value) => ({
                value,
                label: t(`cameras.filter.${value}`),
                after: <span class="segment-count">{count(value)}</span>,
              }))}
              onChange={setFilter}
              testId="camera-filter"
            />
            <label class="input-with-icon cameras-search">
              <span class="visually-hidden">{t('cameras.search')}</span>
              <Icon name="search" />
              <input
                class="input"
                type="search"
                placeholder={t('cameras.search')}
                value={search()}
                onInput={(event) => setSearch(event.currentTarget.value)}
              />
            </label>
          </div>
          <Show
            when={shown().length > 0}
            fallback={
              <div class="panel">
                <Empty icon="search" title={t('cameras.noMatch')} hint={t('cameras.noMatchHint')}>
                  <Button
                    onClick={() => {
                      setFilter('all');
                      setSearch('');
                    }}
                  >
                    {t('cameras.showAll')}
                  </Button>
                </Empty>
              </div>
            }
          >
            <ul class="cameras-grid">
              <For each={shown()}>
                {(camera) => <CameraCard camera={camera} now={now()} actions={actions} />}
              </For>
            </ul>
          </Show>
        </Match>
      </Switch>
      <Show when={params.add !== undefined}>
        <Suspense>
          <AddDialog onClose={() => setAdding(false)} />
        </Suspense>
      </Show>
      <Show when={editing()} keyed>
        {(camera) => <CameraDialog camera={camera} onClose={() => setEditing(undefined)} />}
      </Show>
      <Show when={deleting()} keyed>
        {(camera) => <DeleteDialog camera={camera} onClose={() => setDeleting(undefined)} />}
      </Show>
    </>
  );
}

function CardsSkeleton(props: { label: string }) {
  return (
    <div role="status">
      <span class="visually-hidden">{props.label}</span>
      <div class="cameras-grid">
        <For each={[1, 2, 3, 4, 5, 6]}>
          {() => (
            <div class="camera-card panel">
              <span class="skeleton skeleton-title" />
              <span class="skeleton skeleton-badge" />
              <span class="skeleton skeleton-line" />
              <span class="skeleton skeleton-strip" />
            </div>
          )}
        </For>
      </div>
    </div>
  );
}
