import { useQuery } from '@tanstack/solid-query';
import type { EpochMs } from '@vms/common/clock.ts';
import {
  createMemo,
  createSignal,
  createUniqueId,
  Index,
  onCleanup,
  onMount,
  Show,
} from 'solid-js';
import { timelineQuery } from '../../api/queries.ts';
import { usePreferences } from '../../i18n/preferences.tsx';
import { duration } from '../../time/format.ts';
import { attachGestures } from './gestures.ts';
import { ticksOf } from './ticks.ts';
import type { TimelineModel } from './timeline-model.ts';
import { barsOf, placeOf, type Span, spanOf, timeAt, windowOf, xOf } from './view.ts';
import './timeline.css';

const HEIGHT = 84;
const RULER = 30;
const TRACK_TOP = 36;
const TRACK_HEIGHT = 32;
/** A press this near to the playhead takes hold of it. */
const GRAB_PX = 9;

interface TimelineProps {
  cameraId: string;
  model: TimelineModel;
  now: EpochMs;
  /** The picture on the screen, or the instant that is being loaded. */
  at: EpochMs | undefined;
  onSeek: (at: EpochMs) => void;
  /** Enter: from where the picture is, whether it was paused or not; what is live stays so. */
  onPlay: (at: EpochMs) => void;
  /** Home and End. */
  onFirst: () => void;
  onNewest: () => void;
}

/** What is recorded, drawn on time; plays where it is clicked. */
export function Timeline(props: TimelineProps) {
  const { t, format } = usePreferences();
  const helpId = createUniqueId();
  const [width, setWidth] = createSignal(0);
  const [hover, setHover] = createSignal<number>();
  let root: HTMLDivElement | undefined;

  const view = () => props.model.view();
  const window = createMemo(() => windowOf(view(), width() || 1000), undefined, {
    equals: (a, b) => a.from === b.from && a.to === b.to && a.resolutionMs === b.resolutionMs,
  });
  const live = createMemo(() => window().to > props.now);
  const query = useQuery(() => timelineQuery(props.cameraId, window(), live()));
  const spans = (): readonly Span[] => query.data ?? [];
  const bars = createMemo(() => barsOf(spans(), view(), width()));
  const scale = createMemo(() => ticksOf(view(), width(), format().zone));
  const x = (at: EpochMs): number => xOf(at, view(), width());

  onMount(() => {
    if (root === undefined) return;
    const element = root;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    const msPerPx = (): number => spanOf(view()) / Math.max(1, width());
    const detach = attachGestures(element, {
      onPan: (byPx) => props.model.panBy(-byPx * msPerPx()),
      onZoom: (factor, at) => props.model.zoomBy(factor, timeAt(at, view(), width())),
      onClick: (at) => seek(timeAt(at, view(), width())),
      onHover: setHover,
      grabs: (at) => props.at !== undefined && Math.abs(at - x(props.at)) <= GRAB_PX,
      onScrub: (at) => setHover(Math.min(Math.max(0, at), width())),
    });
    onCleanup(() => {
      observer.disconnect();
      detach();
    });
  });

  const seek = (at: EpochMs): void => props.onSeek(Math.min(at, props.now));

  /** A step of the arrow keys: a sixtieth of what is shown, but at least a second. */
  const step = (): number => Math.max(1000, Math.round(spanOf(view()) / 60_000) * 1000);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const cursor = props.at ?? props.now;
    const by = step() * (event.shiftKey ? 10 : 1);
    const actions: Record<string, () => void> = {
      ArrowLeft: () => seek(cursor - by),
      ArrowRight: () => seek(cursor + by),
      PageUp: () => props.model.panBy(-spanOf(view()) * 0.8),
      PageDown: () => props.model.panBy(spanOf(view()) * 0.8),
      Home: props.onFirst,
      End: props.onNewest,
      Enter: () => props.onPlay(Math.min(cursor, props.now)),
      '+': () => props.model.zoomBy(0.5),
      '=': () => props.model.zoomBy(0.5),
      '-': () => props.model.zoomBy(2),
      _: () => props.model.zoomBy(2),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  const label = (at: EpochMs, kind: string): string => {
    const { stepMs } = scale();
    if (kind === 'day' || stepMs >= 86_400_000) return format().dayMonth(at);
    return stepMs < 60_000 ? format().time(at) : format().hourMinute(at);
  };

  const hoverAt = (): EpochMs => timeAt(hover() ?? 0, view(), width());
  const hoverWords = (): string => {
    const at = hoverAt();
    if (at > props.now) return t('timeline.future');
    const place = placeOf(spans(), at);
    if (place.inside !== undefined) return t('timeline.recorded');
    if (place.before !== undefined && place.after !== undefined) {
      return t('timeline.gapOf', { time: duration(place.after.start - place.before.end) });
    }
    return t('timeline.gap');
  };

  return (
    <div
      class="timeline"
      ref={root}
      role="slider"
      tabIndex={0}
      aria-label={t('timeline.label')}
      aria-describedby={helpId}
      aria-valuemin={Math.round(view().from)}
      aria-valuemax={Math.round(view().to)}
      aria-valuenow={Math.round(props.at ?? props.now)}
      aria-valuetext={format().dateTime(props.at ?? props.now)}
      onKeyDown={onKeyDown}
      data-testid="timeline"
      data-from={Math.round(view().from)}
      data-to={Math.round(view().to)}
      data-spans={spans().length}
      data-loading={query.isFetching && query.data === undefined ? '' : undefined}
    >
      <span id={helpId} class="visually-hidden">
        {t('timeline.help')}
      </span>
      <svg width={width()} height={HEIGHT} aria-hidden="true">
        <rect class="timeline-ground" y={TRACK_TOP} width={width()} height={TRACK_HEIGHT} />
        <Index each={scale().ticks}>
          {(tick) => (
            <line
              class={`timeline-tick timeline-tick-${tick().kind}`}
              x1={x(tick().at)}
              x2={x(tick().at)}
              y1={tick().kind === 'minor' ? RULER - 3 : RULER - 7}
              y2={tick().kind === 'minor' ? RULER : HEIGHT - 10}
            />
          )}
        </Index>
        <Index each={bars()}>
          {(bar) => (
            <rect
              class="timeline-bar"
              x={bar().x}
              y={TRACK_TOP}
              width={bar().width}
              height={TRACK_HEIGHT}
            />
          )}
        </Index>
        <Show when={props.now < view().to}>
          <rect
            class="timeline-future"
            x={Math.max(0, x(props.now))}
            y={TRACK_TOP}
            width={Math.max(0, width() - Math.max(0, x(props.now)))}
            height={TRACK_HEIGHT}
          />
        </Show>
        <Index each={scale().ticks.filter((tick) => tick.kind !== 'minor')}>
          {(tick) => (
            <text
              class={`timeline-label timeline-label-${tick().kind}`}
              x={x(tick().at)}
              y={RULER - 12}
            >
              {label(tick().at, tick().kind)}
            </text>
          )}
        </Index>
        <Show when={props.now >= view().from && props.now <= view().to}>
          <line
            class="timeline-now"
            x1={x(props.now)}
            x2={x(props.now)}
            y1={TRACK_TOP - 4}
            y2={HEIGHT - 10}
          />
        </Show>
        <Show when={hover() !== undefined}>
          <line
            class="timeline-hover"
            x1={hover()}
            x2={hover()}
            y1={TRACK_TOP - 4}
            y2={TRACK_TOP + TRACK_HEIGHT + 4}
          />
        </Show>
        <Show when={props.at}>
          {(at) => (
            <g class="timeline-playhead">
              <path d={`M${x(at()) - 6} ${RULER - 4}h12v5l-6 6-6-6Z`} />
              <line x1={x(at())} x2={x(at())} y1={RULER} y2={HEIGHT - 8} />
            </g>
          )}
        </Show>
      </svg>
      <Show when={hover() !== undefined}>
        <div
          class="timeline-tip"
          style={{
            transform: `translateX(clamp(0px, calc(${hover()}px - 50%), calc(${width()}px - 100%)))`,
          }}
        >
          <strong>{format().time(hoverAt())}</strong>
          <span>{hoverWords()}</span>
        </div>
      </Show>
      <Show when={query.isError && query.data === undefined}>
        <p class="timeline-failed" role="alert">
          {t('timeline.failed')}
        </p>
      </Show>
    </div>
  );
}
