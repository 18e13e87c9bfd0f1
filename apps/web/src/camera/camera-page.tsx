import { A, useNavigate, useParams, useSearchParams } from '@solidjs/router';
import { useQuery } from '@tanstack/solid-query';
import { createSignal, Match, onCleanup, Show, Switch } from 'solid-js';
import { api } from '../api/client.ts';
import { downloadRecording } from '../api/lead.ts';
import { ApiProblem } from '../api/problem.ts';
import { cameraQuery, fetchSpans } from '../api/queries.ts';
import { steadyProblem } from '../api/steady-problem.ts';
import type { Camera } from '../api/types.ts';
import { CameraDialog } from '../cameras/camera-dialog.tsx';
import { lookOf, stateText } from '../cameras/camera-state.ts';
import { DeleteDialog } from '../cameras/delete-dialog.tsx';
import { StateBadge, StateWords } from '../cameras/state-badge.tsx';
import { CameraZone, usePreferences } from '../i18n/preferences.tsx';
import { livenessOf } from '../live/liveness.ts';
import { beforeReload, keepInAddress } from '../shell/resume.ts';
import { duration } from '../time/format.ts';
import { useNow } from '../time/now.ts';
import { toLocalInput } from '../time/zone.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice, useProblemText } from '../ui/notice.tsx';
import { Failed, Loading } from '../ui/page-states.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { useTitle } from '../ui/title.ts';
import { useToasts } from '../ui/toasts.tsx';
import { DetailsPanel } from './details-panel.tsx';
import { createPlayback, type PlaybackController } from './playback/playback.ts';
import { Player, type Stage } from './player.tsx';
import { RecordingsPanel } from './recordings/recordings-panel.tsx';
import { liveSnapshot, save, shownSnapshot, snapshotName } from './snapshot.ts';
import { Timeline } from './timeline/timeline.tsx';
import { createTimelineModel } from './timeline/timeline-model.ts';
import { TimelineTools } from './timeline/timeline-tools.tsx';
import { createWatching } from './watching.ts';
import './camera-page.css';

/** What stands beside the picture. */
const PANELS = ['recordings', 'details'] as const;
type Panel = (typeof PANELS)[number];

export default function CameraPage() {
  const params = useParams<{ id: string }>();
  const query = useQuery(() => cameraQuery(params.id));
  const problem = steadyProblem(query);
  const missing = (): boolean => {
    const thrown = problem();
    // What is not even the form of an identifier is a bad request to the API.
    return thrown instanceof ApiProblem && [400, 404, 422].includes(thrown.status);
  };
  return (
    <Switch>
      <Match when={missing()}>
        <MissingCamera />
      </Match>
      <Match when={query.data}>
        {(camera) => (
          <Show when={params.id} keyed>
            {(_id) => (
              <CameraZone zone={camera().timeZone}>
                <CameraView camera={camera()} />
              </CameraZone>
            )}
          </Show>
        )}
      </Match>
      <Match when={problem()}>
        <Failed problem={problem()} onRetry={() => void query.refetch()} />
      </Match>
      <Match when={true}>
        <Loading />
      </Match>
    </Switch>
  );
}

/** There is no such camera, or not any more. */
function MissingCamera() {
  const { t } = usePreferences();
  useTitle(() => t('camera.missing'));
  return (
    <div class="panel" data-testid="camera-missing">
      <Empty icon="camera" title={t('camera.missing')} hint={t('camera.missingHint')}>
        <div class="empty-actions">
          <A href="/cameras" class="button" data-variant="primary">
            {t('app.toCameras')}
          </A>
          <A href="/live" class="button" data-variant="secondary">
            {t('nav.live')}
          </A>
        </div>
      </Empty>
    </div>
  );
}

const NOTICE_MS = 5000;

function CameraView(props: { camera: Camera }) {
  const { t, format } = usePreferences();
  const navigate = useNavigate();
  const say = useToasts();
  const problemText = useProblemText();
  const now = useNow();
  const [search] = useSearchParams<{ t?: string }>();
  const id = props.camera.id;
  const [playback, setPlayback] = createSignal<PlaybackController>();
  const [stage, setStage] = createSignal<Stage>();
  const [notice, setNotice] = createSignal<string>();
  const [panel, setPanel] = createSignal<Panel>('recordings');
  const [dialog, setDialog] = createSignal<'edit' | 'delete'>();
  const linked = Date.parse(search.t ?? '');
  const liveness = livenessOf(
    () => stage()?.live,
    () => props.camera,
    now,
  );
  const watching = createWatching(
    {
      now,
      playback,
      liveAt: liveness.at,
      isLive: liveness.live,
      onLeaveLive: () => stage()?.holdLivePicture(),
    },
    Number.isNaN(linked) ? 'live' : 'playback',
  );
  const model = createTimelineModel(now, watching.at);
  useTitle(() => props.camera.name);

  let noticeTimer: number | undefined;
  const tell = (text: string): void => {
    setNotice(text);
    window.clearTimeout(noticeTimer);
    noticeTimer = window.setTimeout(() => setNotice(undefined), NOTICE_MS);
  };
  onCleanup(() => {
    window.clearTimeout(noticeTimer);
    playback()?.dispose();
  });

  const onStage = (made: Stage): void => {
    const controller = createPlayback({
      video: made.video,
      now: Date.now,
      fetchSpans: (window, signal) => fetchSpans(id, window, signal),
      requestRange: (range, signal) => api.playback(id, range.from, range.to, signal),
      onNotice: ({ kind, ms }) => tell(t(`player.${kind}`, { time: duration(ms) })),
    });
    setPlayback(controller);
    setStage(made);
    if (Number.isNaN(linked)) return;
    model.show(linked);
    watching.playAt(linked);
  };

  const playFrom = (at: number): void => {
    model.show(at);
    watching.playAt(at);
  };
  const goLive = (): void => {
    model.followNow();
    watching.goLive();
  };

  const controls = { ...watching, goLive };

  // A page that is loaded again goes on at the same instant.
  onCleanup(
    beforeReload(() => {
      const at = watching.mode() === 'playback' ? watching.at() : undefined;
      keepInAddress('t', at === undefined ? undefined : new Date(at).toISOString());
    }),
  );

  const snapshot = async (): Promise<void> => {
    const made = stage();
    const at = watching.at();
    if (made === undefined || at === undefined) return;
    try {
      // The server's picture is of now: it is what is seen only while live is live.
      const seen = watching.mode() === 'live' ? made.liveSeen : () => made.video;
      const isLive = watching.liveWanted() && liveness.live();
      const taken = isLive
        ? await liveSnapshot(id, seen, () => liveness.at() ?? at)
        : await shownSnapshot(seen(), at);
      if (taken === undefined) tell(t('player.noSnapshot'));
      else {
        const time = toLocalInput(taken.filmedAt, format().zone);
        save(taken.picture, snapshotName(props.camera.name, time));
      }
    } catch (thrown) {
      say(problemText(thrown), 'bad');
    }
  };

  const download = async (): Promise<void> => {
    const at = watching.at();
    if (at === undefined) return;
    try {
      const { recordings } = await api.recordings(id, {
        from: new Date(at).toISOString(),
        to: new Date(at + 1).toISOString(),
        limit: 1,
      });
      const found = recordings[0];
      if (found === undefined) {
        tell(t('player.noFile'));
        return;
      }
      await downloadRecording(found);
    } catch (thrown) {
      say(problemText(thrown), 'bad');
    }
  };

  return (
    <>
      <div class="page-head camera-head">
        <A
          href="/cameras"
          class="button"
          data-variant="quiet"
          data-icon-only
          aria-label={t('camera.back')}
          title={t('camera.back')}
        >
          <Icon name="arrowLeft" size={18} />
        </A>
        <h1 class="truncate" dir="auto">
          {props.camera.name}
        </h1>
        <Show when={props.camera.demo}>
          <span class="tag">{t('cameras.demo')}</span>
        </Show>
        <div class="camera-head-state" aria-live="polite">
          <StateBadge state={props.camera.status.state} />
          <Show when={props.camera.status.since}>
            {(since) => (
              <span class="muted small numeric">
                {t('cameras.since', {
                  time: format().moment(new Date(since()).getTime(), now()),
                })}
              </span>
            )}
          </Show>
        </div>
        <div class="camera-head-actions">
          <Button icon="edit" data-testid="edit-camera" onClick={() => setDialog('edit')}>
            {t('action.edit')}
          </Button>
          <Button
            variant="quiet"
            icon="trash"
            data-testid="delete-camera"
            onClick={() => setDialog('delete')}
          >
            {t('action.delete')}
          </Button>
        </div>
      </div>
      <Show when={['bad', 'warn'].includes(lookOf(props.camera.status.state).tone)}>
        <Notice
          tone={lookOf(props.camera.status.state).tone}
          icon={lookOf(props.camera.status.state).icon}
          title={stateText(t, props.camera.status.state, 'label')}
          live
        >
          <StateWords status={props.camera.status} />
        </Notice>
      </Show>
      <div class="camera-layout">
        <Player
          camera={props.camera}
          now={now()}
          watching={controls}
          playback={playback()}
          live={stage()?.live}
          liveness={liveness}
          notice={notice()}
          onStage={onStage}
          onSnapshot={snapshot}
          onDownload={() => void download()}
        />
        <section class="panel timeline-panel">
          <TimelineTools
            model={model}
            now={now()}
            at={watching.at()}
            moves={watching.moves()}
            onSeek={watching.seek}
            onLive={goLive}
          />
          <Timeline
            cameraId={id}
            model={model}
            now={now()}
            at={watching.at()}
            onSeek={watching.seek}
            onPlay={watching.playOn}
            onFirst={watching.playFirst}
            onNewest={goLive}
          />
        </section>
        <aside class="panel camera-side">
          <Tabs
            tabs={PANELS.map((value) => ({ value, label: t(`camera.${value}`) }))}
            value={panel()}
            onChange={setPanel}
            panelId="camera-panel"
          />
          <div
            class="camera-panel"
            id="camera-panel"
            role="tabpanel"
            tabindex="0"
            aria-labelledby={`tab-${panel()}`}
          >
            <Show when={panel() === 'recordings'} fallback={<DetailsPanel camera={props.camera} />}>
              <RecordingsPanel
                camera={props.camera}
                now={now()}
                at={watching.at()}
                moves={watching.moves()}
                onPlay={playFrom}
              />
            </Show>
          </div>
        </aside>
      </div>
      <Show when={dialog() === 'edit'}>
        <CameraDialog camera={props.camera} onClose={() => setDialog(undefined)} />
      </Show>
      <Show when={dialog() === 'delete'}>
        <DeleteDialog
          camera={props.camera}
          onClose={() => setDialog(undefined)}
          onDeleted={() => navigate('/cameras')}
        />
      </Show>
    </>
  );
}
