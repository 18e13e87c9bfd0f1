import { createEffect, createSignal, type JSX, on, onCleanup, onMount, untrack } from 'solid-js';
import { api } from '../api/client.ts';
import type { StreamName } from '../api/types.ts';
import { createLivePlayer, type LivePlayer } from './live-player.ts';
import { VIEWER_ID } from './viewer.ts';
import { isPageLeaving, runWhile } from './visible.ts';
import './live.css';

/** What shows a picture: what plays, or a copy of the last one. */
export type Screen = HTMLVideoElement | HTMLCanvasElement;

/** The picture of a camera as it is now. It plays for as long as it is `wanted` and not `resting`. */
export function LiveView(props: {
  cameraId: string;
  /** Undefined leaves the choice to the system. */
  stream: StreamName | undefined;
  /** Somebody looks. */
  wanted: boolean;
  /** The camera sends nothing: nothing is asked for. */
  resting?: boolean;
  muted: boolean;
  /** What it shows is not how it is now: grey, so that nobody takes it for that. */
  stale: boolean;
  testId: string;
  onClick?: () => void;
  /** `seen` gives what is on the screen at this moment. */
  onReady: (player: LivePlayer, seen: () => Screen) => void;
  /** The browser refused to begin with sound. */
  onSilenced?: () => void;
  children?: JSX.Element;
}) {
  let video: HTMLVideoElement | undefined;
  let still: HTMLCanvasElement | undefined;
  const [frozen, setFrozen] = createSignal(false);

  onMount(() => {
    const element = video;
    if (element === undefined) return;
    const player = createLivePlayer({
      video: element,
      openSession: (stream, signal) => api.openStream(props.cameraId, VIEWER_ID, stream, signal),
      closeSession: api.closeStream,
      stream: () => props.stream,
      onFreeze: () => {
        if (still !== undefined && copyPicture(element, still)) setFrozen(true);
      },
      isPageLeaving,
      now: () => performance.now(),
      clock: Date.now,
      random: Math.random,
    });
    props.onReady(player, () => (frozen() ? (still ?? element) : element));
    createEffect(() => {
      element.muted = props.muted;
      const sound = !props.muted;
      untrack(() => player.setSound(sound));
    });
    createEffect(
      on(player.phase, (phase) => {
        if (phase !== 'playing') return;
        setFrozen(false);
        element.play().catch((thrown: unknown) => {
          const refused = thrown instanceof DOMException && thrown.name === 'NotAllowedError';
          if (!refused || element.muted) return;
          props.onSilenced?.();
          element.muted = true;
          element.play().catch(() => {});
        });
      }),
    );
    // Another stream of the same camera is a new view.
    createEffect(
      on(
        () => props.stream,
        () => player.retry(),
        { defer: true },
      ),
    );
    runWhile(() => props.wanted && props.resting !== true, player);
    createEffect(() => {
      if (!props.wanted) player.forget();
    });
    onCleanup(player.dispose);
  });

  return (
    <>
      <video
        ref={video}
        class="live-video"
        data-stale={props.stale ? '' : undefined}
        data-testid={props.testId}
        playsinline
        muted
        autoplay
        disablepictureinpicture
        onClick={() => props.onClick?.()}
      />
      <canvas
        ref={still}
        class="live-still"
        data-stale={props.stale ? '' : undefined}
        hidden={!frozen()}
      />
      {props.children}
    </>
  );
}

/** Draws what a screen shows. False where it shows nothing. */
export function copyPicture(screen: Screen, canvas: HTMLCanvasElement): boolean {
  const isVideo = screen instanceof HTMLVideoElement;
  const width = isVideo ? screen.videoWidth : screen.width;
  if (width === 0 || (isVideo && screen.readyState < 2)) return false;
  canvas.width = width;
  canvas.height = isVideo ? screen.videoHeight : screen.height;
  canvas.getContext('2d')?.drawImage(screen, 0, 0);
  return true;
}
