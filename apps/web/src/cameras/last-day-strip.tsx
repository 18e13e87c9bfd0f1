import { useQuery } from '@tanstack/solid-query';
import { createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import { lastDayQuery } from '../api/queries.ts';
import { barsOf, spanOf } from '../camera/timeline/view.ts';
import { usePreferences } from '../i18n/preferences.tsx';

/** Units across the strip; it stretches to whatever width it has. */
const WIDTH = 288;

/** What of the last 24 hours is recorded, at a glance. Asks only while it is on the screen. */
export function LastDayStrip(props: { cameraId: string }) {
  const { t, format } = usePreferences();
  const [visible, setVisible] = createSignal(false);
  let root: HTMLDivElement | undefined;
  onMount(() => {
    const observer = new IntersectionObserver((entries) => {
      setVisible(entries.some((entry) => entry.isIntersecting));
    });
    if (root !== undefined) observer.observe(root);
    onCleanup(() => observer.disconnect());
  });
  const query = useQuery(() => lastDayQuery(props.cameraId, visible()));
  const share = (): number => {
    if (query.isPending) return 0;
    const view = query.data;
    if (view === undefined) return 0;
    let recorded = 0;
    for (const span of view.spans) {
      recorded += Math.max(0, Math.min(span.end, view.to) - Math.max(span.start, view.from));
    }
    return Math.min(100, Math.round((recorded / spanOf(view)) * 100));
  };
  return (
    <div class="last-day" ref={root} title={t('cameras.lastDay')}>
      <svg viewBox={`0 0 ${WIDTH} 6`} preserveAspectRatio="none" role="img">
        <title>{t('cameras.lastDayShare', { percent: format().number(share()) })}</title>
        <rect class="last-day-ground" width={WIDTH} height="6" />
        <Show when={!query.isPending && query.data}>
          {(view) => (
            <For each={barsOf(view().spans, view(), WIDTH)}>
              {(bar) => <rect class="last-day-bar" x={bar.x} width={bar.width} height="6" />}
            </For>
          )}
        </Show>
      </svg>
    </div>
  );
}
