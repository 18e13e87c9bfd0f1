import type { EpochMs } from '@vms/common/clock.ts';
import { createEffect, createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import { usePreferences } from '../i18n/preferences.tsx';
import { duration } from '../time/format.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { remembered } from '../ui/remembered.ts';
import type { PlaybackController } from './playback/playback.ts';

const RATES = [0.25, 0.5, 1, 2, 4, 8, 16] as const;
const JUMP_MS = 10_000;

export function PlayerControls(props: {
  playback: PlaybackController | undefined;
  now: EpochMs;
  video: () => HTMLVideoElement | undefined;
  onDownload: () => void;
  onFullscreen: () => void;
}) {
  const { t, format } = usePreferences();
  const sound = remembered('vms.sound', ['on', 'off'], 'off');
  const [muted, setMuted] = createSignal(sound.initial === 'off');
  const [full, setFull] = createSignal(false);
  const playing = () => props.playback?.playing() ?? false;
  const idle = (): boolean => props.playback?.at() === undefined;

  onMount(() => {
    const video = props.video();
    const onVolume = (): void => {
      if (video !== undefined) setMuted(video.muted);
    };
    const onFull = (): void => {
      setFull(document.fullscreenElement !== null);
    };
    video?.addEventListener('volumechange', onVolume);
    document.addEventListener('fullscreenchange', onFull);
    onCleanup(() => {
      video?.removeEventListener('volumechange', onVolume);
      document.removeEventListener('fullscreenchange', onFull);
    });
  });
  createEffect(() => {
    const video = props.video();
    if (video !== undefined) video.muted = muted();
  });

  const jump = (by: number): void => {
    const at = props.playback?.at();
    if (at !== undefined) void props.playback?.playAt(at + by, playing());
  };

  return (
    <div class="player-controls">
      <div class="player-group player-moves">
        <IconButton
          icon="back10"
          label={t('player.back')}
          disabled={idle()}
          onClick={() => jump(-JUMP_MS)}
        />
        <IconButton
          icon="stepBack"
          label={t('player.stepBack')}
          disabled={idle()}
          data-testid="player-step-back"
          onClick={() => props.playback?.step(-1)}
        />
        <IconButton
          class="player-play"
          icon={playing() ? 'pause' : 'play'}
          iconSize={20}
          label={t(playing() ? 'player.pause' : 'player.play')}
          data-testid="player-play"
          onClick={() => props.playback?.toggle()}
        />
        <IconButton
          icon="stepForward"
          label={t('player.stepForward')}
          disabled={idle()}
          data-testid="player-step"
          onClick={() => props.playback?.step(1)}
        />
        <IconButton
          icon="forward10"
          label={t('player.forward')}
          disabled={idle()}
          onClick={() => jump(JUMP_MS)}
        />
      </div>
      <Show when={props.playback?.at()}>
        {(at) => (
          <p class="player-clock">
            <time
              datetime={new Date(at()).toISOString()}
              data-testid="player-time"
              data-epoch-ms={Math.round(at())}
            >
              {format().date(at())} <strong>{format().time(at())}</strong>
            </time>
            <span class="muted">{t('player.ago', { time: duration(props.now - at()) })}</span>
          </p>
        )}
      </Show>
      <label class="select">
        <span class="visually-hidden">{t('player.speed')}</span>
        <select
          class="input"
          data-size="small"
          title={t('player.speed')}
          data-testid="player-speed"
          value={String(props.playback?.rate() ?? 1)}
          onChange={(event) => props.playback?.setRate(Number(event.currentTarget.value))}
        >
          <For each={RATES}>
            {(rate) => <option value={String(rate)}>{format().number(rate, 2)}×</option>}
          </For>
        </select>
        <Icon name="chevronDown" />
      </label>
      <IconButton
        icon={muted() ? 'muted' : 'sound'}
        label={t(muted() ? 'player.unmute' : 'player.mute')}
        onClick={() => {
          sound.save(muted() ? 'on' : 'off');
          setMuted(!muted());
        }}
      />
      <div class="player-group player-end">
        <Button
          variant="quiet"
          size="small"
          data-testid="player-newest"
          onClick={() => void props.playback?.playNewest()}
        >
          {t('player.newest')}
        </Button>
        <IconButton
          icon="download"
          label={t('player.downloadHint')}
          disabled={idle()}
          data-testid="player-download"
          onClick={props.onDownload}
        />
        <IconButton
          icon="fullscreen"
          label={t(full() ? 'player.exitFullscreen' : 'player.fullscreen')}
          onClick={props.onFullscreen}
        />
      </div>
    </div>
  );
}
