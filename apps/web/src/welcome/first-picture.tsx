import { A } from '@solidjs/router';
import { useQuery } from '@tanstack/solid-query';
import { createSignal, Match, Show, Switch } from 'solid-js';
import { camerasQuery } from '../api/queries.ts';
import { steadyProblem } from '../api/steady-problem.ts';
import type { Camera } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import type { LivePlayer } from '../live/live-player.ts';
import { LiveView } from '../live/live-view.tsx';
import { LiveWordsCard } from '../live/live-words-card.tsx';
import { livenessOf } from '../live/liveness.ts';
import { usePageShown } from '../live/visible.ts';
import { useNow } from '../time/now.ts';
import { Empty } from '../ui/empty.tsx';
import { Icon } from '../ui/icon.tsx';
import { Failed, Loading } from '../ui/page-states.tsx';

/** Shows that it works: the demo camera, or the first there is, live; then leads to one's own. */
export function FirstPicture() {
  const { t } = usePreferences();
  const query = useQuery(camerasQuery);
  const problem = steadyProblem(query);
  const first = (): Camera | undefined => {
    const enabled = (query.data ?? []).filter((camera) => camera.enabled);
    return enabled.find((camera) => camera.demo) ?? enabled[0];
  };
  return (
    <section class="panel welcome-picture" data-testid="first-picture">
      <Switch>
        <Match when={first()?.id}>
          <LiveStage camera={first()} />
        </Match>
        <Match when={query.data !== undefined}>
          <Empty icon="camera" title={t('cameras.empty')} hint={t('welcome.noCameras')} />
        </Match>
        <Match when={problem()}>
          <Failed problem={problem()} onRetry={() => void query.refetch()} />
        </Match>
        <Match when={true}>
          <Loading label={t('cameras.loading')} />
        </Match>
      </Switch>
      <div class="welcome-actions">
        <A
          href="/cameras?add=1"
          class="button"
          data-variant="primary"
          data-testid="welcome-add-cameras"
        >
          <Icon name="add" />
          {t('welcome.addCameras')}
        </A>
        <A href="/live" class="button" data-variant="secondary" data-testid="welcome-live">
          {t('welcome.toLive')}
        </A>
      </div>
    </section>
  );
}

function LiveStage(props: { camera: Camera | undefined }) {
  const { t, momentIn } = usePreferences();
  const pageShown = usePageShown();
  const now = useNow();
  const [player, setPlayer] = createSignal<LivePlayer>();
  const liveness = livenessOf(player, () => props.camera, now);
  const since = (): string | undefined => {
    const last = liveness.missingSince();
    if (last === undefined) return undefined;
    return t('live.noPictureSince', { time: momentIn(props.camera?.timeZone, last, now()) });
  };
  return (
    <>
      <div class="welcome-stage" data-phase={player()?.phase() ?? 'off'}>
        <LiveView
          cameraId={props.camera?.id ?? ''}
          stream={undefined}
          wanted={pageShown()}
          muted
          stale={liveness.stale()}
          testId="welcome-video"
          onReady={setPlayer}
        />
        <div class="welcome-words">
          <LiveWordsCard player={player()} camera={props.camera} since={since()} />
        </div>
      </div>
      <div>
        <h2>
          <bdi>{props.camera?.name}</bdi>
        </h2>
        <p class="muted">
          <Show when={props.camera?.demo} fallback={t('welcome.pictureLead')}>
            {t('welcome.demoLead')}
          </Show>
        </p>
      </div>
    </>
  );
}
