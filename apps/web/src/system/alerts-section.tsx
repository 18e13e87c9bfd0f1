import { A } from '@solidjs/router';
import { useInfiniteQuery, useQuery } from '@tanstack/solid-query';
import { createSignal, For, Match, Show, Switch } from 'solid-js';
import { alertsQuery, camerasQuery, systemQuery } from '../api/queries.ts';
import { steadyProblem } from '../api/steady-problem.ts';
import type { AlertState, AlertView } from '../api/types.ts';
import { arrange } from '../cameras/camera-state.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { useNow } from '../time/now.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice, type Tone } from '../ui/notice.tsx';
import { Failed, Loading } from '../ui/page-states.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { TechnicalDetail } from '../ui/technical-detail.tsx';
import { alertRemedy, alertTime, alertTitle } from './alert-words.ts';
import { type Forecast, forecastOf } from './forecast.ts';
import { useRoomWords } from './room-words.ts';

const STATES: readonly AlertState[] = ['open', 'all'];

/** What is wrong now, or what ever was; each in plain words, with what to do. */
export function AlertsSection() {
  const { t, locale } = usePreferences();
  const cameras = useQuery(camerasQuery);
  const allSend = (): boolean =>
    arrange(cameras.data ?? [], 'attention', '', locale()).length === 0;
  const system = useQuery(systemQuery);
  const words = useRoomWords();
  /** What was promised and cannot be kept. */
  const shortage = (): Forecast | undefined => {
    const known = forecastOf(cameras.data ?? [], system.data?.volumes ?? []);
    return known?.isShort === true ? known : undefined;
  };
  const [state, setState] = createSignal<AlertState>('open');
  const query = useInfiniteQuery(() => alertsQuery(state()));
  const problem = steadyProblem(query);
  const alerts = (): readonly AlertView[] | undefined =>
    query.data?.pages.flatMap((page) => page.alerts);
  /** Of the camera that an alert is about. */
  const zoneOf = (alert: AlertView): string | undefined =>
    alert.subject.kind === 'camera'
      ? cameras.data?.find(({ id }) => id === alert.subject.id)?.timeZone
      : undefined;
  return (
    <section class="system-section" data-testid="alerts">
      <div class="system-head">
        <h2>{t('health.alerts')}</h2>
        <Segmented
          label={t('health.alerts.which')}
          value={state()}
          options={STATES.map((value) => ({ value, label: t(`health.alerts.${value}`) }))}
          onChange={setState}
          testId="alert-state"
        />
      </div>
      <Switch>
        <Match when={alerts()?.length === 0}>
          <Show when={state() === 'open'} fallback={<p class="muted">{t('health.noHistory')}</p>}>
            <Show when={shortage()}>
              {(known) => (
                <Notice tone="warn" title={words.title(known())} testId="room-short">
                  <p>
                    {words.rate(known())} {t('alert.volume.filling.do')}
                  </p>
                </Notice>
              )}
            </Show>
            <Show
              when={allSend()}
              fallback={
                <Notice tone="info" title={t('health.noAlert')} testId="no-alert">
                  <p>{t('health.noAlertHint')}</p>
                </Notice>
              }
            >
              <Show when={shortage() === undefined}>
                <Notice tone="good" title={t('health.allWell')} testId="all-well">
                  <p>{t('health.allWellHint')}</p>
                </Notice>
              </Show>
            </Show>
          </Show>
        </Match>
        <Match when={alerts()}>
          <ul class="alerts">
            <For each={alerts()}>
              {(alert) => <AlertRow alert={alert} timeZone={zoneOf(alert)} />}
            </For>
          </ul>
          <Show when={query.hasNextPage}>
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('health.more')}
            </Button>
          </Show>
        </Match>
        <Match when={problem()}>
          <Failed problem={problem()} onRetry={() => void query.refetch()} />
        </Match>
        <Match when={true}>
          <Loading label={t('health.loading')} />
        </Match>
      </Switch>
    </section>
  );
}

function AlertRow(props: { alert: AlertView; timeZone: string | undefined }) {
  const { t, formatIn, momentIn } = usePreferences();
  const now = useNow();
  const format = () => formatIn(props.timeZone);
  const open = (): boolean => props.alert.closedAt === null;
  const tone = (): Tone => {
    if (!open()) return 'off';
    return props.alert.severity === 'critical' ? 'bad' : 'warn';
  };
  return (
    <li
      class="notice alert"
      data-tone={tone()}
      data-code={props.alert.code}
      data-testid="alert"
      data-open={open() ? '' : undefined}
    >
      <Icon name={open() ? 'alarm' : 'check'} />
      <div class="notice-body">
        <p class="notice-title" dir="auto">
          {alertTitle(t, props.alert, format())}
        </p>
        <p class="muted numeric" title={format().zoneName(Date.parse(props.alert.openedAt))}>
          {alertTime(t, props.alert, (at) => momentIn(props.timeZone, at, now()), now())}
          <Show when={!open()}> · {t('health.over')}</Show>
        </p>
        <Show when={open() && alertRemedy(t, props.alert)}>{(text) => <p>{text()}</p>}</Show>
        <TechnicalDetail text={props.alert.detail} />
      </div>
      <Show when={props.alert.subject.kind === 'camera'}>
        <A
          href={`/cameras/${props.alert.subject.id}`}
          class="button"
          data-variant="secondary"
          data-size="small"
        >
          {t('health.toCamera')}
        </A>
      </Show>
    </li>
  );
}
