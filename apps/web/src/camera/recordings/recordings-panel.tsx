import { useInfiniteQuery } from '@tanstack/solid-query';
import type { EpochMs } from '@vms/common/clock.ts';
import { createEffect, createMemo, createSignal, For, Match, on, Show, Switch } from 'solid-js';
import { api } from '../../api/client.ts';
import { downloadRecording } from '../../api/lead.ts';
import { recordingsQuery } from '../../api/queries.ts';
import type { Camera, Recording } from '../../api/types.ts';
import { codecName } from '../../cameras/camera-state.ts';
import { usePreferences } from '../../i18n/preferences.tsx';
import { duration } from '../../time/format.ts';
import { startOfDayOffset } from '../../time/zone.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useProblemText } from '../../ui/notice.tsx';
import { Failed } from '../../ui/page-states.tsx';
import { useToasts } from '../../ui/toasts.tsx';
import { isGrowing } from './growing.ts';

/**
 * The recordings of one day, newest first; follows the day that is played until another is chosen, and
 * again from when a person goes to another time.
 */
export function RecordingsPanel(props: {
  camera: Camera;
  now: EpochMs;
  at: EpochMs | undefined;
  /** How often a person went to another time. */
  moves: number;
  onPlay: (at: EpochMs) => void;
}) {
  const { t, format } = usePreferences();
  const zone = () => format().zone;
  const dayOf = (at: EpochMs): EpochMs => startOfDayOffset(at, zone(), 0);
  /** Any instant of the day that is shown: which day it is, the zone says. */
  const [chosen, setChosen] = createSignal(props.at ?? props.now);
  const day = createMemo(() => dayOf(chosen()));
  const playedDay = createMemo(() => (props.at === undefined ? undefined : dayOf(props.at)));
  const isElsewhere = (): boolean => playedDay() !== undefined && playedDay() !== day();
  let follows = true;
  const choose = (at: EpochMs): void => {
    follows = false;
    setChosen(at);
  };
  const follow = (): void => {
    follows = true;
    setChosen(props.at ?? props.now);
  };
  createEffect(on(() => props.moves, follow, { defer: true }));
  createEffect(
    on(
      () => props.at,
      (at, before) => {
        if (at === undefined) return;
        // What plays on past midnight takes along who was with it.
        if (follows || (before !== undefined && dayOf(before) === day())) setChosen(at);
      },
    ),
  );
  const nextDay = createMemo(() => startOfDayOffset(day(), zone(), 1));
  const live = createMemo(() => nextDay() > props.now);
  const query = useInfiniteQuery(() => recordingsQuery(props.camera.id, day(), nextDay(), live()));
  const recordings = createMemo((): readonly Recording[] =>
    (query.isPending ? [] : (query.data?.pages ?? []))
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
          onClick={() => choose(startOfDayOffset(day(), zone(), -1))}
        />
        <strong aria-live="polite" data-testid="recordings-day">
          {format().weekday(day())}
        </strong>
        <IconButton
          icon="chevronRight"
          size="small"
          label={t('recordings.nextDay')}
          disabled={live()}
          onClick={() => choose(nextDay())}
        />
        <Show when={isElsewhere()}>
          <Button size="small" variant="quiet" data-testid="recordings-to-played" onClick={follow}>
            {t('recordings.toPlayed')}
          </Button>
        </Show>
        <span class="muted small recordings-summary">
          <Show when={recordings().length > 0}>
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
              {(recording) => (
                <Row
                  recording={recording}
                  growing={isGrowing(recording, props.camera.status.state, props.now)}
                  at={props.at}
                  onPlay={props.onPlay}
                />
              )}
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
  growing: boolean;
  at: EpochMs | undefined;
  onPlay: (at: EpochMs) => void;
}) {
  const { t, format } = usePreferences();
  const say = useToasts();
  const problemText = useProblemText();
  const [busy, setBusy] = createSignal(false);
  const start = (): EpochMs => Date.parse(props.recording.start);
  const end = (): EpochMs => Date.parse(props.recording.end);
  const download = async (): Promise<void> => {
    if (busy()) return;
    setBusy(true);
    try {
      await downloadRecording(props.recording);
    } catch (thrown) {
      say(problemText(thrown), 'bad');
    } finally {
      setBusy(false);
    }
  };
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
            <Show when={props.growing}>
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
        aria-busy={busy()}
        onClick={(event) => {
          event.preventDefault();
          void download();
        }}
        aria-label={t('recordings.download', { time: format().time(start()) })}
        title={t('recordings.download', { time: format().time(start()) })}
        data-testid="recording-download"
      >
        <Icon name="download" size={16} />
      </a>
    </li>
  );
}
