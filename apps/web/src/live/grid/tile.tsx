import { A } from '@solidjs/router';
import type { EpochMs } from '@vms/common/clock.ts';
import { createSignal, Show } from 'solid-js';
import type { Camera, StreamName } from '../../api/types.ts';
import { lookOf } from '../../cameras/camera-state.ts';
import { StateBadge } from '../../cameras/state-badge.tsx';
import { usePreferences } from '../../i18n/preferences.tsx';
import { IconButton } from '../../ui/button.tsx';
import { createFullScreen } from '../../ui/full-screen.ts';
import type { LivePlayer } from '../live-player.ts';
import { LiveView } from '../live-view.tsx';
import { TRANSPORT_NAMES, whyText } from '../live-words.ts';
import { LiveWordsCard } from '../live-words-card.tsx';
import { livenessOf } from '../liveness.ts';
import { useOnScreen } from '../visible.ts';

/** One camera of the grid: its live picture while it can be seen, and a link to its page. */
export function Tile(props: {
  camera: Camera;
  /** The page is on the screen. */
  pageShown: boolean;
  /** Small pictures are taken from the sub stream, where the camera has one that works. */
  small: boolean;
  now: EpochMs;
  /** The grid fills the screen, and this tap only brings its tools back. */
  tapWakes: () => boolean;
}) {
  const { t, momentIn } = usePreferences();
  let root: HTMLLIElement | undefined;
  const full = createFullScreen();
  const [player, setPlayer] = createSignal<LivePlayer>();
  const onScreen = useOnScreen(() => root);
  const state = () => props.camera.status.state;
  const alive = (): boolean =>
    !['bad', 'off'].includes(lookOf(state()).tone) || state() === 'unknown';
  const stream = (): StreamName | undefined => {
    const hasSub =
      (props.camera.subUrl ?? '') !== '' && props.camera.status.sub?.state === 'online';
    return props.small && !full.on() && hasSub ? 'sub' : undefined;
  };
  const liveness = livenessOf(
    player,
    () => props.camera,
    () => props.now,
  );
  const moment = (at: EpochMs): string => momentIn(props.camera.timeZone, at, props.now);
  const since = (): string | undefined => {
    const last = liveness.missingSince();
    if (last !== undefined) return t('live.noPictureSince', { time: moment(last) });
    const { since: began } = props.camera.status;
    if (alive() || began === null) return undefined;
    return t('cameras.since', { time: moment(new Date(began).getTime()) });
  };
  const playing = (): boolean => player()?.phase() === 'playing';
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'f' || event.ctrlKey || event.metaKey || event.altKey) return;
    // The page has the same key for all tiles.
    event.preventDefault();
    if (!event.repeat) full.toggle();
  };
  return (
    <li
      class="tile"
      ref={root}
      data-full={full.on() ? '' : undefined}
      data-idle={full.idle() ? '' : undefined}
      onKeyDown={onKeyDown}
      data-testid="tile"
      data-camera-id={props.camera.id}
      data-phase={player()?.phase() ?? 'off'}
      data-stream={player()?.session()?.stream}
      data-live={liveness.live() ? '' : undefined}
    >
      <LiveView
        cameraId={props.camera.id}
        stream={stream()}
        wanted={props.pageShown && onScreen()}
        resting={!alive()}
        muted
        stale={liveness.stale()}
        testId="tile-video"
        onReady={setPlayer}
      />
      <div class="tile-words">
        <LiveWordsCard
          player={player()}
          camera={props.camera}
          since={since()}
          resting={!alive()}
          compact
        />
      </div>
      <A
        class="tile-link"
        href={`/cameras/${props.camera.id}`}
        onClick={(event: MouseEvent) => {
          if (full.tapWakes() || props.tapWakes()) event.preventDefault();
        }}
      >
        <span class="tile-name truncate" dir="auto">
          {props.camera.name}
        </span>
        <Show when={playing() && state() !== 'online'}>
          <StateBadge state={state()} />
        </Show>
        <Show when={playing() && player()?.shown()}>
          {(shown) => (
            <span class="tile-way" title={whyText(t, shown().choice.why)}>
              {TRANSPORT_NAMES[shown().choice.kind]}
            </span>
          )}
        </Show>
      </A>
      <IconButton
        class="tile-full full-over"
        icon={full.on() ? 'fullscreenExit' : 'fullscreen'}
        label={t(full.on() ? 'player.exitFullscreen' : 'player.fullscreen')}
        data-testid="tile-fullscreen"
        onClick={full.toggle}
      />
    </li>
  );
}
