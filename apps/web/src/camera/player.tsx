import type { EpochMs } from '@vms/common/clock.ts';
import {
  createEffect,
  createSignal,
  type JSX,
  Match,
  on,
  onCleanup,
  onMount,
  Show,
  Switch,
} from 'solid-js';
import type { Camera } from '../api/types.ts';
import { codecName } from '../cameras/camera-state.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Button } from '../ui/button.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { useProblemText } from '../ui/notice.tsx';
import { StreamError } from './playback/hls-stream.ts';
import type { PlaybackController } from './playback/playback.ts';
import { PlayerControls } from './player-controls.tsx';
import './player.css';

interface PlayerProps {
  camera: Camera;
  now: EpochMs;
  playback: PlaybackController | undefined;
  /** Words over the picture that pass by. */
  notice: string | undefined;
  onVideo: (video: HTMLVideoElement) => void;
  onDownload: () => void;
}

/** Picture, the words over it, and the controls below. */
export function Player(props: PlayerProps) {
  const { t } = usePreferences();
  let video: HTMLVideoElement | undefined;
  let still: HTMLCanvasElement | undefined;
  let root: HTMLElement | undefined;
  const [stillShown, setStillShown] = createSignal(false);
  const phase = () => props.playback?.phase() ?? 'idle';

  onMount(() => {
    if (video !== undefined) props.onVideo(video);
  });

  // The last picture stays while the next range loads, so that nothing flashes black.
  createEffect(
    on(phase, (now, before) => {
      if (now !== 'loading') setStillShown(false);
      else if (before !== 'loading' && video !== undefined && still !== undefined) {
        if (video.videoWidth === 0) return;
        still.width = video.videoWidth;
        still.height = video.videoHeight;
        still.getContext('2d')?.drawImage(video, 0, 0);
        setStillShown(true);
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
    if (event.key === ' ' && !pressesIt) props.playback?.toggle();
    else if (event.key === ',') props.playback?.step(-1);
    else if (event.key === '.') props.playback?.step(1);
    else if (event.key === 'f') toggleFullscreen();
    else return;
    event.preventDefault();
  };
  document.addEventListener('keydown', onKeyDown);
  onCleanup(() => document.removeEventListener('keydown', onKeyDown));

  const toggleFullscreen = (): void => {
    if (document.fullscreenElement === null) root?.requestFullscreen().catch(() => {});
    else void document.exitFullscreen();
  };

  return (
    <section
      class="player"
      ref={root}
      aria-label={t('player.label', { name: props.camera.name })}
      data-phase={phase()}
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
          onClick={() => props.playback?.toggle()}
        />
        <canvas ref={still} class="player-still" hidden={!stillShown()} />
        <div class="player-words" aria-live="polite">
          <Switch>
            <Match when={phase() === 'loading' || props.playback?.buffering()}>
              <Words icon="connecting" title={t('player.loading')} busy />
            </Match>
            <Match when={phase() === 'idle'}>
              <Words icon="play" title={t('player.idle')} hint={t('player.idleHint')} />
            </Match>
            <Match when={phase() === 'nothing'}>
              <Words icon="camera" title={t('player.nothing')} hint={t('player.nothingHint')} />
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
          <Show when={props.notice ?? (phase() === 'edge' ? t('player.atEnd') : undefined)}>
            {(text) => (
              <p class="player-notice" data-testid="player-notice">
                <Icon name="info" size={14} />
                {text()}
              </p>
            )}
          </Show>
        </div>
      </div>
      <PlayerControls
        playback={props.playback}
        now={props.now}
        video={() => video}
        onDownload={props.onDownload}
        onFullscreen={toggleFullscreen}
      />
    </section>
  );
}

function Words(props: {
  icon: IconName;
  title: string;
  hint?: string;
  busy?: boolean;
  children?: JSX.Element;
}) {
  return (
    <div class="player-card" data-quiet={props.busy === true ? '' : undefined}>
      <Icon
        name={props.icon}
        size={props.busy === true ? 20 : 28}
        class={props.busy === true ? 'spinner' : ''}
      />
      <p class="player-card-title">{props.title}</p>
      <Show when={props.hint}>
        <p>{props.hint}</p>
      </Show>
      {props.children}
    </div>
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
  const words = (): string => {
    const { problem } = props;
    if (!(problem instanceof StreamError)) return problemText(problem);
    const codec = props.camera.status.tracks.find((track) => track.kind === 'video')?.codec;
    return t(`player.error.${problem.failure}`, { codec: codecName(codec ?? '') });
  };
  return (
    <Words icon="alarm" title={t('player.failed')} hint={words()}>
      <div class="player-card-actions">
        <Button size="small" onClick={props.onRetry}>
          {t('action.retry')}
        </Button>
        <Button size="small" icon="download" onClick={props.onDownload}>
          {t('player.download')}
        </Button>
      </div>
    </Words>
  );
}
