import type { EpochMs } from '@vms/common/clock.ts';
import { createEffect, createSignal, Match, on, onCleanup, onMount, Show, Switch } from 'solid-js';
import type { Camera } from '../api/types.ts';
import { codecName, lookOf, stateText } from '../cameras/camera-state.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { LiveBadge } from '../live/live-badge.tsx';
import type { LivePlayer } from '../live/live-player.ts';
import { copyPicture, LiveView, type Screen } from '../live/live-view.tsx';
import { liveCodecName } from '../live/live-words.ts';
import { LiveWordsCard } from '../live/live-words-card.tsx';
import type { Liveness } from '../live/liveness.ts';
import { usePageShown } from '../live/visible.ts';
import { Button } from '../ui/button.tsx';
import { createFullScreen } from '../ui/full-screen.ts';
import { Icon } from '../ui/icon.tsx';
import { useProblemText } from '../ui/notice.tsx';
import { remembered } from '../ui/remembered.ts';
import { StageCard } from '../ui/stage-card.tsx';
import { StreamError } from './playback/hls-stream.ts';
import type { PlaybackController } from './playback/playback.ts';
import { PlayerControls } from './player-controls.tsx';
import type { Watching } from './watching.ts';
import './player.css';

/** The elements and players that the picture is made of. */
export interface Stage {
  readonly video: HTMLVideoElement;
  /** What shows the live picture at this moment. */
  liveSeen(): Screen;
  readonly live: LivePlayer;
  /** Keeps the live picture until a recording has one. */
  holdLivePicture(): void;
}

interface PlayerProps {
  camera: Camera;
  now: EpochMs;
  watching: Watching | undefined;
  playback: PlaybackController | undefined;
  live: LivePlayer | undefined;
  /** What may be said of the live picture. */
  liveness: Liveness;
  /** Words over the picture that pass by. */
  notice: string | undefined;
  onStage: (stage: Stage) => void;
  onDownload: () => void;
  onSnapshot: () => Promise<void>;
}

/** Picture, the words over it, and the controls below; live and recordings on one stage. */
export function Player(props: PlayerProps) {
  const { t } = usePreferences();
  let video: HTMLVideoElement | undefined;
  let still: HTMLCanvasElement | undefined;
  const full = createFullScreen();
  const sound = remembered('vms.sound', ['on', 'off'], 'off');
  const [muted, setMuted] = createSignal(sound.initial === 'off');
  const [stillShown, setStillShown] = createSignal(false);
  const pageShown = usePageShown();
  const isLive = (): boolean => props.watching?.mode() !== 'playback';
  const phase = () => props.playback?.phase() ?? 'idle';

  const mainCodec = (): string | undefined => {
    const video = props.camera.status.tracks.find((track) => track.kind === 'video');
    return video === undefined ? undefined : codecName(video.codec);
  };

  const onLiveReady = (live: LivePlayer, liveSeen: () => Screen): void => {
    if (video === undefined) return;
    const holdLivePicture = (): void => {
      if (still !== undefined && copyPicture(liveSeen(), still)) setStillShown(true);
    };
    props.onStage({ video, liveSeen, live, holdLivePicture });
  };

  onMount(() => {
    const element = video;
    if (element === undefined) return;
    // The browser may refuse sound before the first click on the page.
    const onVolume = (): void => {
      if (!isLive()) setMuted(element.muted);
    };
    element.addEventListener('volumechange', onVolume);
    onCleanup(() => element.removeEventListener('volumechange', onVolume));
    createEffect(() => {
      element.muted = muted();
    });
  });

  // The last picture stays while the next range loads, so that nothing flashes black.
  createEffect(
    on(phase, (now, before) => {
      if (now !== 'loading') setStillShown(false);
      else if (before !== 'loading' && !isLive() && video !== undefined && still !== undefined) {
        if (copyPicture(video, still)) setStillShown(true);
      }
    }),
  );

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target;
    const busy =
      target instanceof HTMLInputElement ||
      target instanceof HTMLSelectElement ||
      target instanceof HTMLTextAreaElement ||
      document.querySelector('[role="dialog"],[role="menu"]') !== null;
    if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
    const pressesIt = target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;
    // Of a key that is held: steps go on, what is turned on and off stays.
    const once = (act: () => void): void => {
      if (!event.repeat) act();
    };
    if (event.key === ' ' && !pressesIt) once(() => props.watching?.toggle());
    else if (event.key === ',') props.watching?.step(-1);
    else if (event.key === '.') props.watching?.step(1);
    else if (event.key === 'f') once(full.toggle);
    else if (event.key === 'l') props.watching?.goLive();
    else if (event.key === 'm') once(toggleSound);
    else return;
    event.preventDefault();
  };
  document.addEventListener('keydown', onKeyDown);
  onCleanup(() => document.removeEventListener('keydown', onKeyDown));

  const onPictureClick = (): void => {
    if (!full.tapWakes()) props.watching?.toggle();
  };
  const toggleSound = (): void => {
    sound.save(muted() ? 'on' : 'off');
    setMuted(!muted());
  };

  return (
    <section
      class="player"
      aria-label={t('player.label', { name: props.camera.name })}
      data-mode={isLive() ? 'live' : 'playback'}
      data-phase={isLive() ? `live-${props.live?.phase() ?? 'off'}` : phase()}
      data-full={full.on() ? '' : undefined}
      data-idle={full.idle() ? '' : undefined}
      data-testid="player"
    >
      <div class="player-stage">
        <video
          ref={video}
          class="player-video"
          data-testid="player-video"
          playsinline
          muted
          disablepictureinpicture
          onClick={onPictureClick}
        />
        <canvas ref={still} class="player-still" hidden={!stillShown()} />
        <div class="player-live" data-hidden={isLive() ? undefined : ''}>
          <LiveView
            cameraId={props.camera.id}
            stream={undefined}
            wanted={props.watching?.liveWanted() === true && pageShown()}
            muted={muted() || !isLive()}
            stale={props.watching?.liveWanted() === true && props.liveness.stale()}
            testId="live-video"
            onClick={onPictureClick}
            onReady={onLiveReady}
            onSilenced={() => setMuted(true)}
          />
        </div>
        <div class="player-words" aria-live="polite">
          <Show when={!isLive()} fallback={<LiveWords {...props} />}>
            <Switch>
              <Match when={phase() === 'loading' || props.playback?.buffering()}>
                <StageCard icon="connecting" title={t('player.loading')} busy />
              </Match>
              <Match when={phase() === 'idle'}>
                <StageCard icon="play" title={t('player.idle')} hint={t('player.idleHint')} />
              </Match>
              <Match when={phase() === 'nothing'}>
                <StageCard
                  icon="camera"
                  title={t('player.nothing')}
                  hint={t('player.nothingHint')}
                />
              </Match>
              <Match when={phase() === 'failed'}>
                <Failure
                  problem={props.playback?.problem()}
                  camera={props.camera}
                  onRetry={() => void props.playback?.retry()}
                  onDownload={props.onDownload}
                />
              </Match>
            </Switch>
          </Show>
          <Show
            when={props.notice ?? (!isLive() && phase() === 'edge' ? t('player.atEnd') : undefined)}
          >
            {(text) => (
              <p class="player-notice" data-testid="player-notice">
                <Icon name="info" size={14} />
                {text()}
              </p>
            )}
          </Show>
        </div>
        <Show when={isLive() && props.live?.shown()}>
          {(shown) => (
            <LiveBadge
              shown={shown()}
              stream={props.live?.session()?.stream}
              mainCodec={mainCodec()}
            />
          )}
        </Show>
      </div>
      <Show when={full.on()}>
        <p class="player-title full-over truncate" dir="auto">
          {props.camera.name}
        </p>
      </Show>
      <PlayerControls
        watching={props.watching}
        playback={props.playback}
        liveNow={props.watching?.liveWanted() === true && props.liveness.live()}
        now={props.now}
        muted={muted()}
        onSound={toggleSound}
        onSnapshot={props.onSnapshot}
        onDownload={props.onDownload}
        full={full.on()}
        onFullscreen={full.toggle}
      />
    </section>
  );
}

/** Over the live picture: that it is coming, why it is not, or that the camera has left it behind. */
function LiveWords(props: PlayerProps) {
  const { t, format } = usePreferences();
  const state = () => props.camera.status.state;
  const since = (): string | undefined => {
    const last = props.liveness.missingSince();
    if (last === undefined) return undefined;
    return t('live.noPictureSince', { time: format().moment(last, props.now) });
  };
  return (
    <Show
      when={props.live?.phase() === 'playing'}
      fallback={
        <LiveWordsCard
          player={props.live}
          camera={props.camera}
          since={since()}
          onRecordings={() => props.watching?.playNewest()}
        />
      }
    >
      <Show when={since()}>
        {(text) => (
          <p class="player-notice" data-testid="live-lost">
            <Icon name={lookOf(state()).icon} size={14} />
            {`${text()} · ${stateText(t, state(), 'label')}`}
          </p>
        )}
      </Show>
    </Show>
  );
}

function Failure(props: {
  problem: unknown;
  camera: Camera;
  onRetry: () => void;
  onDownload: () => void;
}) {
  const { t } = usePreferences();
  const problemText = useProblemText();
  const failure = (): StreamError | undefined =>
    props.problem instanceof StreamError ? props.problem : undefined;
  const words = (): string => {
    const known = failure();
    if (known === undefined) return problemText(props.problem);
    // What the camera sends now may be another codec than what it sent then.
    const sent = props.camera.status.tracks.find((track) => track.kind === 'video')?.codec;
    const codec = known.codecs === undefined ? codecName(sent ?? '') : liveCodecName(known.codecs);
    const said = t(`player.error.${known.failure}`, { codec });
    const hasSub = known.failure === 'codec' && (props.camera.subUrl ?? '') !== '';
    return hasSub ? `${said} ${t('player.subIsLive')}` : said;
  };
  /** What may be otherwise the next time. */
  const mayPass = (): boolean => !['codec', 'unsupported'].includes(failure()?.failure ?? '');
  return (
    <StageCard icon="alarm" title={t('player.failed')} hint={words()} testId="playback-failed">
      <div class="stage-card-actions">
        <Show when={mayPass()}>
          <Button size="small" onClick={props.onRetry}>
            {t('action.retry')}
          </Button>
        </Show>
        <Button size="small" icon="download" onClick={props.onDownload}>
          {t('player.download')}
        </Button>
      </div>
    </StageCard>
  );
}
