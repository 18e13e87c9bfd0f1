import type { EpochMs } from '@vms/common/clock.ts';
import { batch, createSignal } from 'solid-js';
import { ApiProblem } from '../api/problem.ts';
import type { LiveSession, StreamName } from '../api/types.ts';
import { watchNewPictures } from './new-pictures.ts';
import { NotPlayable, troubleOf, waitMs } from './patience.ts';
import { type Choice, chooseTransport, soundNeedsMse } from './transport/choose-transport.ts';
import { mseTakes } from './transport/mse-transport.ts';
import { hasWebrtc, type PreparedPeer, preparePeer } from './transport/webrtc-transport.ts';
import { type Shown, type WatchDeps, watch } from './watch.ts';

/**
 * `off`: not asked for. `connecting`: no picture yet. `playing`. `reconnecting`: the last picture is
 * frozen while the next is on its way. `failed`: there is a problem to tell; it is tried again.
 */
export type LivePhase = 'off' | 'connecting' | 'playing' | 'reconnecting' | 'failed';

export interface LivePlayerDeps {
  readonly video: HTMLVideoElement;
  readonly openSession: (
    stream: StreamName | undefined,
    signal: AbortSignal,
  ) => Promise<LiveSession>;
  readonly closeSession: (id: string) => void;
  /** The stream that is wanted; undefined leaves it to the system. */
  readonly stream: () => StreamName | undefined;
  /** Just before the picture goes away: the moment to keep a copy of it. */
  readonly onFreeze: () => void;
  /** The page is going away right now: there is no time to wait for answers. */
  readonly isPageLeaving: () => boolean;
  /** Milliseconds that never jump. */
  readonly now: () => number;
  readonly clock: () => EpochMs;
  readonly random: () => number;
}

export type LivePlayer = ReturnType<typeof createLivePlayer>;

/** Milliseconds for which MSE comes first after WebRTC brought nothing: all views of a page learn from one. */
const WEBRTC_PAUSE_MS = 10 * 60_000;
let webrtcFailedAt = Number.NEGATIVE_INFINITY;
/** Milliseconds for a session: the server waits for a keyframe, but never this long. */
const SESSION_TIMEOUT_MS = 8000;
/** Tries without a picture after which the system may choose another stream than the one wanted. */
const SUB_TRIES = 2;
/** A view that broke after a picture is not yet a problem to tell; one that stays broken so often is. */
const QUIET_TRIES = 3;

/** Shows a camera live for as long as it is started, whatever breaks in between. */
export function createLivePlayer(deps: LivePlayerDeps) {
  const [phase, setPhase] = createSignal<LivePhase>('off');
  const [shown, setShown] = createSignal<Shown>();
  const [problem, setProblem] = createSignal<unknown>();
  const [session, setSession] = createSignal<LiveSession>();
  const [lastPictureAt, setLastPictureAt] = createSignal<EpochMs>();
  const [seen, setSeen] = createSignal(false);
  /** The same, of every single picture: too often for what is drawn by it. */
  let newest: EpochMs | undefined;
  let work: AbortController | undefined;
  let sound = false;
  let tries = 0;

  const browser = { webrtc: hasWebrtc(), mse: mseTakes };
  const webrtcFailed = (): boolean => deps.now() - webrtcFailedAt < WEBRTC_PAUSE_MS;

  const watchDeps: WatchDeps = {
    video: deps.video,
    onFreeze: deps.onFreeze,
    now: deps.now,
    onPicture: () => {
      tries = 0;
      batch(() => {
        setPhase('playing');
        setProblem(undefined);
        newest ??= deps.clock();
        setLastPictureAt(newest);
        setSeen(true);
      });
    },
    onShown: (next) => {
      batch(() => {
        setShown(next);
        setLastPictureAt(newest);
      });
    },
    isPageLeaving: deps.isPageLeaving,
  };

  /** One session, by each of its ways until one shows a picture and ends. */
  const view = async (signal: AbortSignal): Promise<void> => {
    const wanted = tries < SUB_TRIES ? deps.stream() : undefined;
    let peer: PreparedPeer | undefined =
      browser.webrtc && !webrtcFailed() ? preparePeer() : undefined;
    let opened: LiveSession | undefined;
    try {
      // Not broken off: a session that is not known cannot be closed.
      opened = await openSession(wanted);
      if (signal.aborted) return;
      setSession(opened);
      const choices = chooseTransport(opened.playable, browser, {
        sound,
        webrtcFailed: webrtcFailed(),
      });
      if ('reason' in choices) throw new NotPlayable(choices.reason);
      let last: unknown;
      for (const choice of choices.ways) {
        const own = choice.kind === 'webrtc' ? peer : undefined;
        if (own !== undefined) peer = undefined;
        const watched = await watch(opened, choice, own, watchDeps, signal);
        if (signal.aborted) return;
        if (watched.pictures) return;
        noteFailure(choice, watched.end);
        last = watched.problem;
      }
      throw last ?? new ApiProblem('web.no-media', 0);
    } finally {
      peer?.peer.close();
      if (opened !== undefined) deps.closeSession(opened.session_id);
    }
  };

  const openSession = async (stream: StreamName | undefined): Promise<LiveSession> => {
    const timeout = AbortSignal.timeout(SESSION_TIMEOUT_MS);
    try {
      return await deps.openSession(stream, timeout);
    } catch (thrown) {
      // A sub stream that cannot be shown is no reason to show nothing.
      if (stream !== 'sub' || troubleOf(thrown) === 'passing') throw thrown;
      return deps.openSession(undefined, timeout);
    }
  };

  const noteFailure = (choice: Choice, end: string): void => {
    if (choice.kind === 'webrtc' && end === 'no-media') webrtcFailedAt = deps.now();
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      let thrown: unknown;
      try {
        await view(signal);
      } catch (caught) {
        thrown = caught;
      }
      if (signal.aborted) return;
      tries++;
      const trouble = troubleOf(thrown);
      tell(thrown, trouble !== 'passing' || tries > QUIET_TRIES);
      await sleep(waitMs(trouble, tries, deps.random), signal);
    }
  };

  const tell = (thrown: unknown, loud: boolean): void => {
    batch(() => {
      setLastPictureAt(newest);
      setShown(undefined);
      if (loud && thrown !== undefined) {
        setProblem(thrown);
        setPhase('failed');
      } else if (phase() === 'playing') setPhase('reconnecting');
    });
  };

  const begin = (next: LivePhase): void => {
    work?.abort();
    work = new AbortController();
    batch(() => {
      setPhase(next);
      setShown(undefined);
    });
    void run(work.signal);
  };

  const endWatching = watchNewPictures(deps.video, () => {
    newest = deps.clock() - (shown()?.delayMs ?? 0);
  });

  const player = {
    phase,
    /** What plays; undefined while nothing does. */
    shown,
    problem,
    /** When the newest picture that was shown was filmed; kept when no more come. Follows every half second. */
    lastPictureAt,
    /** A picture was shown since somebody looks: that none comes any more says something of the camera. */
    seen,
    /** Nobody looks any more. */
    forget: () => setSeen(false),
    /** The last session that was opened. */
    session,
    start(): void {
      if (work !== undefined) return;
      tries = 0;
      begin('connecting');
    },
    /** Leaves at once; the server is told even where the page is going away. */
    stop(): void {
      if (work === undefined) return;
      work.abort();
      work = undefined;
      batch(() => {
        setPhase('off');
        setLastPictureAt(newest);
        setShown(undefined);
        setProblem(undefined);
      });
    },
    dispose(): void {
      player.stop();
      endWatching();
    },
    retry(): void {
      if (work === undefined) return;
      tries = 0;
      begin('connecting');
    },
    /** The person turned the sound on or off: it may need another way. */
    setSound(on: boolean): void {
      if (sound === on) return;
      sound = on;
      const playable = session()?.playable;
      const silent = shown()?.choice.kind === 'webrtc' && phase() === 'playing';
      if (!on || !silent || playable === undefined || !soundNeedsMse(playable)) return;
      if (!playable.mse.ok || !mseTakes(playable.mse.codecs ?? '')) return;
      begin('reconnecting');
    },
  };
  return player;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
