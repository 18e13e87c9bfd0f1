import { A, useSearchParams } from '@solidjs/router';
import { useQuery } from '@tanstack/solid-query';
import { createMemo, createSignal, For, Match, onCleanup, onMount, Show, Switch } from 'solid-js';
import { camerasQuery } from '../../api/queries.ts';
import { steadyProblem } from '../../api/steady-problem.ts';
import type { Camera } from '../../api/types.ts';
import { usePreferences } from '../../i18n/preferences.tsx';
import { ZoneMenu } from '../../shell/zone-choice.tsx';
import { useNow } from '../../time/now.ts';
import { IconButton } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { createFullScreen } from '../../ui/full-screen.ts';
import { Failed, Loading } from '../../ui/page-states.tsx';
import { remembered } from '../../ui/remembered.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { useTitle } from '../../ui/title.ts';
import { usePageShown } from '../visible.ts';
import {
  columnsOf,
  fillingColumns,
  LAYOUTS,
  type Layout,
  onPage,
  pageAfterLayout,
  pageCount,
  pageOf,
  tileAfterKey,
} from './layout.ts';
import { Tile } from './tile.tsx';
import './live-page.css';

/** All cameras as they are now, a page of tiles at a time. */
export default function LivePage() {
  const { t, locale } = usePreferences();
  const query = useQuery(camerasQuery);
  const problem = steadyProblem(query);
  const pageShown = usePageShown();
  const now = useNow();
  const [search, setSearch] = useSearchParams<{ page?: string }>();
  const kept = remembered<Layout>('vms.live.layout', LAYOUTS, '4');
  const [layout, setLayout] = createSignal<Layout>(kept.initial);
  const full = createFullScreen();
  const [size, setSize] = createSignal(windowSize());
  let grid: HTMLUListElement | undefined;
  useTitle(() => t('nav.live'));

  const cameras = createMemo((): readonly Camera[] => {
    const { compare } = new Intl.Collator(locale(), { numeric: true, sensitivity: 'base' });
    return (query.data ?? [])
      .filter((camera) => camera.enabled)
      .toSorted((a, b) => compare(a.name, b.name));
  });
  const pages = (): number => pageCount(cameras().length, layout());
  const page = (): number => pageOf(search.page, cameras().length, layout());
  const tiles = createMemo(() => onPage(cameras(), page(), layout()));

  const columns = (): number =>
    full.on()
      ? fillingColumns(tiles().length, size().width, size().height)
      : columnsOf(layout(), cameras().length);

  const goTo = (next: number): void => {
    const bounded = Math.min(Math.max(1, next), pages());
    setSearch({ page: bounded === 1 ? undefined : String(bounded) });
  };
  const choose = (next: Layout): void => {
    const at = pageAfterLayout(page(), layout(), next);
    kept.save(next);
    setLayout(next);
    goTo(at);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector('[role="dialog"],[role="menu"]') !== null) return;
    const links: Element[] = [...(grid?.querySelectorAll('.tile-link') ?? [])];
    const focused = document.activeElement;
    const from = focused === null ? -1 : links.indexOf(focused);
    const columns = grid === undefined ? 1 : shownColumns(grid);
    const next = from === -1 ? undefined : tileAfterKey(event.key, from, links.length, columns);
    const tile = next === undefined ? undefined : links[next];
    if (tile instanceof HTMLElement) tile.focus();
    else if (event.key === 'PageDown') goTo(page() + 1);
    else if (event.key === 'PageUp') goTo(page() - 1);
    else if (event.key === 'f' && !event.defaultPrevented) {
      if (!event.repeat) full.toggle();
    } else return;
    event.preventDefault();
  };
  onMount(() => {
    const onResize = (): void => {
      setSize(windowSize());
    };
    document.addEventListener('keydown', onKeyDown);
    window.addEventListener('resize', onResize);
    onCleanup(() => {
      document.removeEventListener('keydown', onKeyDown);
      window.removeEventListener('resize', onResize);
    });
  });

  return (
    <section
      class="live-page"
      aria-label={t('nav.live')}
      data-full={full.on() ? '' : undefined}
      data-idle={full.idle() ? '' : undefined}
      data-testid="live-page"
    >
      <div class="page-head full-over">
        <h1>{t('nav.live')}</h1>
        <ZoneMenu />
        <Show when={pages() > 1}>
          <nav class="live-pages" aria-label={t('live.pages')}>
            <IconButton
              icon="chevronLeft"
              label={t('live.previousPage')}
              disabled={page() === 1}
              data-testid="live-previous"
              onClick={() => goTo(page() - 1)}
            />
            <span class="numeric small" data-testid="live-page-number" aria-live="polite">
              {t('live.page', { page: page(), pages: pages() })}
            </span>
            <IconButton
              icon="chevronRight"
              label={t('live.nextPage')}
              disabled={page() === pages()}
              data-testid="live-next"
              onClick={() => goTo(page() + 1)}
            />
          </nav>
        </Show>
        <Segmented
          label={t('live.layout')}
          value={layout()}
          options={LAYOUTS.map((value) => ({ value, label: value }))}
          onChange={choose}
          testId="live-layout"
        />
        <IconButton
          icon={full.on() ? 'fullscreenExit' : 'fullscreen'}
          variant="secondary"
          label={t(full.on() ? 'player.exitFullscreen' : 'player.fullscreen')}
          data-testid="live-fullscreen"
          onClick={full.toggle}
        />
      </div>
      <Switch>
        <Match when={problem() !== undefined && query.data === undefined}>
          <Failed problem={problem()} onRetry={() => void query.refetch()} />
        </Match>
        <Match when={query.isPending}>
          <Loading label={t('cameras.loading')} />
        </Match>
        <Match when={cameras().length === 0}>
          <div class="panel">
            <Empty icon="camera" title={t('cameras.empty')} hint={t('cameras.emptyHint')}>
              <A href="/cameras" class="button" data-variant="primary">
                {t('app.toCameras')}
              </A>
            </Empty>
          </div>
        </Match>
        <Match when={true}>
          <p class="visually-hidden" id="live-help">
            {t('live.help')}
          </p>
          <ul
            class="live-grid"
            ref={grid}
            data-columns={columns()}
            data-testid="live-grid"
            aria-describedby="live-help"
          >
            <For each={tiles()}>
              {(camera) => (
                <Tile
                  camera={camera}
                  pageShown={pageShown()}
                  small={tiles().length > 1}
                  now={now()}
                  tapWakes={full.tapWakes}
                />
              )}
            </For>
          </ul>
        </Match>
      </Switch>
    </section>
  );
}

function windowSize(): { width: number; height: number } {
  return { width: window.innerWidth, height: window.innerHeight };
}

/** Columns that are on the screen: a narrow window has fewer than the layout. */
function shownColumns(grid: HTMLElement): number {
  return getComputedStyle(grid).gridTemplateColumns.split(' ').length;
}
