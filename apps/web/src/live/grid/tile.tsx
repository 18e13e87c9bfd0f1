import { A } from '@solidjs/router';
import { createSignal, Show } from 'solid-js';
import type { Camera, StreamName } from '../../api/types.ts';
import { lookOf, stateText } from '../../cameras/camera-state.ts';
import { StateBadge } from '../../cameras/state-badge.tsx';
import { usePreferences } from '../../i18n/preferences.tsx';
import { StageCard } from '../../ui/stage-card.tsx';
import type { LivePlayer } from '../live-player.ts';
import { LiveView } from '../live-view.tsx';
import { TRANSPORT_NAMES, whyText } from '../live-words.ts';
import { LiveWordsCard } from '../live-words-card.tsx';
import { useOnScreen } from '../visible.ts';

/** One camera of the grid: its live picture while it can be seen, and a link to its page. */
export function Tile(props: {
  camera: Camera;
  /** The page is on the screen. */
  pageShown: boolean;
  /** Small pictures are taken from the sub stream, where the camera has one that works. */
  small: boolean;
}) {
  const { t } = usePreferences();
  let root: HTMLLIElement | undefined;
  const [player, setPlayer] = createSignal<LivePlayer>();
  const onScreen = useOnScreen(() => root);
  const state = () => props.camera.status.state;
  const alive = (): boolean =>
    !['bad', 'off'].includes(lookOf(state()).tone) || state() === 'unknown';
  const stream = (): StreamName | undefined => {
    const hasSub =
      (props.camera.subUrl ?? '') !== '' && props.camera.status.sub?.state === 'online';
    return props.small && hasSub ? 'sub' : undefined;
  };
  const playing = (): boolean => player()?.phase() === 'playing';
  return (
    <li
      class="tile"
      ref={root}
      data-testid="tile"
      data-camera-id={props.camera.id}
      data-phase={player()?.phase() ?? 'off'}
      data-stream={player()?.session()?.stream}
    >
      <LiveView
        cameraId={props.camera.id}
        stream={stream()}
        wanted={props.pageShown && onScreen() && alive()}
        muted
        testId="tile-video"
        onReady={setPlayer}
      />
      <div class="tile-words">
        <Show
          when={alive()}
          fallback={
            <StageCard
              icon={lookOf(state()).icon}
              title={stateText(t, state(), 'label')}
              hint={stateText(t, state(), 'meaning')}
              compact
            />
          }
        >
          <LiveWordsCard player={player()} compact />
        </Show>
      </div>
      <A class="tile-link" href={`/cameras/${props.camera.id}`}>
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
    </li>
  );
}
