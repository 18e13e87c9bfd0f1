import type { EpochMs } from '@vms/common/clock.ts';
import { createSignal, For, Show } from 'solid-js';
import { usePreferences } from '../i18n/preferences.tsx';
import { duration } from '../time/format.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import type { PlaybackController } from './playback/playback.ts';
import type { Watching } from './watching.ts';

const RATES = [0.25, 0.5, 1, 2, 4, 8, 16] as const;
const JUMP_MS = 10_000;

export function PlayerControls(props: {
  watching: Watching | undefined;
  playback: PlaybackController | undefined;
  /** A live picture is on the screen. */
  liveNow: boolean;
  now: EpochMs;
  muted: boolean;
  onSound: () => void;
  onSnapshot: () => Promise<void>;
  onDownload: () => void;
  full: boolean;
  onFullscreen: () => void;
}) {
  const { t, format } = usePreferences();
  const [taking, setTaking] = createSignal(false);
  const playing = () => props.watching?.playing() ?? false;
  const isLive = (): boolean => props.watching?.mode() === 'live';
  const at = (): EpochMs | undefined => props.watching?.at();
  const idle = (): boolean => isLive() || props.playback?.at() === undefined;

  const takeSnapshot = (): void => {
    if (taking()) return;
    setTaking(true);
    void props.onSnapshot().finally(() => setTaking(false));
  };

  return (
    <div class="player-controls full-over">
      <div class="player-group player-moves">
        <IconButton
          icon="back10"
          label={t('player.back')}
          disabled={!isLive() && at() === undefined}
          data-testid="player-back"
          onClick={() => props.watching?.jump(-JUMP_MS)}
        />
        <IconButton
          icon="stepBack"
          label={t('player.stepBack')}
          disabled={idle()}
          data-testid="player-step-back"
          onClick={() => props.watching?.step(-1)}
        />
        <IconButton
          class="player-play"
          icon={playing() ? 'pause' : 'play'}
          iconSize={20}
          label={t(playing() ? 'player.pause' : 'player.play')}
          data-testid="player-play"
          onClick={() => props.watching?.toggle()}
        />
        <IconButton
          icon="stepForward"
          label={t('player.stepForward')}
          disabled={idle()}
          data-testid="player-step"
          onClick={() => props.watching?.step(1)}
        />
        <IconButton
          icon="forward10"
          label={t('player.forward')}
          disabled={idle()}
          onClick={() => props.watching?.jump(JUMP_MS)}
        />
      </div>
      <button
        type="button"
        class="button live-button"
        data-size="small"
        aria-pressed={isLive()}
        data-on={props.liveNow ? '' : undefined}
        title={t(isLive() ? 'live.isLive' : 'live.goLive')}
        aria-label={t(isLive() ? 'live.isLive' : 'live.goLive')}
        data-testid="go-live"
        onClick={() => props.watching?.goLive()}
      >
        <span class="live-dot" aria-hidden="true" />
        {t('live.label')}
      </button>
      <Show when={at()} fallback={<p class="player-clock muted">–</p>}>
        {(instant) => (
          <p class="player-clock">
            <time
              datetime={new Date(instant()).toISOString()}
              data-testid="player-time"
              data-epoch-ms={Math.round(instant())}
            >
              {format().date(instant())} <strong>{format().time(instant())}</strong>
            </time>
            <Show when={props.full}>
              <span class="muted" title={format().zoneName(instant())} data-testid="player-zone">
                {format().zoneOffset(instant())}
              </span>
            </Show>
            <Show when={!isLive()}>
              <span class="muted">
                {t('player.ago', { time: duration(props.now - instant()) })}
              </span>
            </Show>
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
          disabled={isLive()}
          value={isLive() ? '1' : String(props.playback?.rate() ?? 1)}
          onChange={(event) => props.playback?.setRate(Number(event.currentTarget.value))}
        >
          <For each={RATES}>
            {(rate) => <option value={String(rate)}>{format().number(rate, 2)}×</option>}
          </For>
        </select>
        <Icon name="chevronDown" />
      </label>
      <div class="player-group player-end">
        <IconButton
          icon={props.muted ? 'muted' : 'sound'}
          label={t(props.muted ? 'player.unmute' : 'player.mute')}
          data-testid="player-sound"
          onClick={props.onSound}
        />
        <IconButton
          icon="snapshot"
          label={t('player.snapshot')}
          disabled={at() === undefined}
          aria-busy={taking()}
          data-testid="player-snapshot"
          onClick={takeSnapshot}
        />
        <IconButton
          icon="download"
          label={t('player.downloadHint')}
          disabled={idle()}
          data-testid="player-download"
          onClick={props.onDownload}
        />
        <IconButton
          icon={props.full ? 'fullscreenExit' : 'fullscreen'}
          label={t(props.full ? 'player.exitFullscreen' : 'player.fullscreen')}
          data-testid="player-fullscreen"
          onClick={props.onFullscreen}
        />
      </div>
    </div>
  );
}
