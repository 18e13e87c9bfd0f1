import { useInfiniteQuery } from '@tanstack/solid-query';
import type { EpochMs } from '@vms/common/clock.ts';
import { createEffect, createMemo, createSignal, For, Match, on, Show, Switch } from 'solid-js';
import { api } from '../../api/client.ts';
import { recordingsQuery } from '../../api/queries.ts';
import type { Recording } from '../../api/types.ts';
import { codecName } from '../../cameras/camera-state.ts';
import { usePreferences } from '../../i18n/preferences.tsx';
import { duration } from '../../time/format.ts';
import { startOfDayOffset } from '../../time/zone.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Failed } from '../../ui/page-states.tsx';

/** The recordings of one day, newest first; follows the day that is played until another is chosen. */
export function RecordingsPanel(props: {
  cameraId: string;
  now: EpochMs;
  at: EpochMs | undefined;
  onPlay: (at: EpochMs) => void;
}) {
  const { t, format } = usePreferences();
  const zone = () => format().zone;
  const dayOf = (at: EpochMs): EpochMs => startOfDayOffset(at, zone(), 0);
  const [day, setDay] = createSignal(dayOf(props.at ?? props.now));
  const playedDay = createMemo(() => (props.at === undefined ? undefined : dayOf(props.at)));
  createEffect(
    on(playedDay, (next) => {
      if (next !== undefined) setDay(next);
    }),
  );
  const nextDay = createMemo(() => startOfDayOffset(day(), zone(), 1));
  const live = createMemo(() => nextDay() > props.now);
  const query = useInfiniteQuery(() => recordingsQuery(props.cameraId, day(), nextDay(), live()));
  const recordings = createMemo((): readonly Recording[] =>
    (query.isSuccess ? query.data.pages : [])
      .flatMap((page) => page.recordings)
      .sort((a, b) => Date.parse(b.start) - Date.parse(a.start)),
  );
  const total = (): number => recordings().reduce((sum, one) => sum + one.bytes, 0);

  return (
    <div class="recordings">
      <div class="recordings-day">
        <IconButton
          icon="chevronLeft"
          size="small"
          label={t('recordings.previousDay')}
          onClick={() => setDay(startOfDayOffset(day(), zone(), -1))}
        />
        <strong aria-live="polite">{format().weekday(day())}</strong>
        <IconButton
          icon="chevronRight"
          size="small"
          label={t('recordings.nextDay')}
          disabled={live()}
          onClick={() => setDay(nextDay())}
        />
        <span class="muted small recordings-summary">
          <span title={format().zoneName(day())} data-testid="recordings-zone">
            {format().zoneOffset(day())}
          </span>
          <Show when={recordings().length > 0}>
            {' · '}
            {t.counted('recordings.summary', recordings().length, {
              size: format().bytes(total()),
            })}
          </Show>
        </span>
      </div>
      <Switch>
        <Match when={query.isPending}>
          <div class="recordings-loading" role="status">
            <span class="visually-hidden">{t('app.loading')}</span>
            <For each={[1, 2, 3]}>{() => <span class="skeleton" />}</For>
          </div>
        </Match>
        <Match when={query.isError && recordings().length === 0}>
          <div class="panel-body">
            <Failed problem={query.error} onRetry={() => void query.refetch()} />
          </div>
        </Match>
        <Match when={recordings().length === 0}>
          <Empty icon="calendar" title={t('recordings.empty')} hint={t('recordings.emptyHint')} />
        </Match>
        <Match when={true}>
          <ul class="recordings-list" data-testid="recordings">
            <For each={recordings()}>
              {(recording) => <Row recording={recording} at={props.at} onPlay={props.onPlay} />}
            </For>
          </ul>
          <Show when={query.hasNextPage}>
            <Button
              class="recordings-more"
              size="small"
              busy={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t('recordings.more')}
            </Button>
          </Show>
        </Match>
      </Switch>
    </div>
  );
}

function Row(props: {
  recording: Recording;
  at: EpochMs | undefined;
  onPlay: (at: EpochMs) => void;
}) {
  const { t, format } = usePreferences();
  const start = (): EpochMs => Date.parse(props.recording.start);
  const end = (): EpochMs => Date.parse(props.recording.end);
  const current = (): boolean => props.at !== undefined && props.at >= start() && props.at < end();
  const facts = (): string => {
    const { recording } = props;
    const codecs = [recording.videoCodec, recording.audioCodec]
      .filter((codec) => codec !== undefined && codec !== null && codec !== '')
      .map((codec) => codecName(codec ?? ''));
    return [format().bytes(recording.bytes), ...codecs].join(' · ');
  };
  return (
    <li
      class="recording"
      data-current={current() ? '' : undefined}
      data-testid="recording"
      data-recording-id={props.recording.id}
    >
      <button
        type="button"
        class="recording-play"
        title={t('recordings.play', { time: format().time(start()) })}
        aria-current={current() ? 'true' : undefined}
        onClick={() => props.onPlay(start())}
      >
        <Icon name="play" size={14} />
        <span class="recording-words">
          <span class="recording-time">
            {format().time(start())} – {format().time(end())}
            <span class="muted"> · {duration(props.recording.durationMs)}</span>
          </span>
          <span class="muted recording-facts">
            {facts()}
            <Show when={props.recording.open}>
              <span class="recording-open"> · {t('recordings.open')}</span>
            </Show>
          </span>
        </span>
      </button>
      <a
        class="button"
        data-variant="quiet"
        data-icon-only
        data-size="small"
        href={api.fileUrl(props.recording)}
        download=""
        rel="external"
        target="_self"
        aria-label={t('recordings.download', { time: format().time(start()) })}
        title={t('recordings.download', { time: format().time(start()) })}
        data-testid="recording-download"
      >
        <Icon name="download" size={16} />
      </a>
    </li>
  );
}
