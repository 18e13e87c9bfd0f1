import { MAX_VIEWER_ID_CHARACTERS, signLiveToken } from '@vms/auth/media-token.ts';
import type { RevocationFeed } from '@vms/auth/revocation-feed.ts';
import type { GrantOrigin } from '@vms/auth/revocation-list.ts';
import { type CameraId, isCameraId, type StreamName } from '@vms/common/ids.ts';
import { type Playability, playabilityOf } from '@vms/media/playability.ts';
import { FEED_WAIT_MS, SUB_FEED_WAIT_MS } from '../bounds.ts';
import type { CameraFeeds } from '../camera-feeds.ts';
import type { CameraList } from '../camera-list.ts';
import { notPlayable } from '../not-playable.ts';
import { StreamError } from '../stream-error.ts';
import type { Session, SessionRegistry } from './session-registry.ts';

/** RTCIceServer of the browser. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

/** A session as its viewer is told of it. */
export interface OpenedSession {
  readonly session: Session;
  readonly token: string;
  /** Paths without a host. */
  readonly whepUrl: string;
  readonly mseUrl: string;
  readonly iceServers: readonly IceServer[];
  readonly playable: Playability;
}

export interface LiveSessionsDeps {
  readonly cameras: CameraList;
  readonly feeds: CameraFeeds;
  readonly registry: SessionRegistry;
  readonly mediaKey: Uint8Array;
  readonly revocations: RevocationFeed;
  readonly iceServers: readonly IceServer[];
}

export interface SessionRequest {
  readonly camera: string;
  readonly viewer: string;
  /** Undefined is the best one that a browser can play by WebRTC. */
  readonly stream: StreamName | undefined;
  /** What the view ends with, and whose it is. */
  readonly origin: GrantOrigin;
}

/** Opens sessions: what the stream is, which ways can play it, and the token for them. */
export class LiveSessions {
  readonly #deps: LiveSessionsDeps;

  constructor(deps: LiveSessionsDeps) {
    this.#deps = deps;
  }

  /**
   * @throws AuthError `auth.media-token-revoked`; StreamError `stream.camera-not-found`,
   *   `stream.limit-reached`, and the reason where no transport can play the stream
   */
  async open(request: SessionRequest): Promise<OpenedSession> {
    const { cameras, iceServers, mediaKey, registry, revocations } = this.#deps;
    const { camera, origin } = request;
    if (!isCameraId(camera) || !(await cameras.has(camera))) throw cameraNotFound();
    registry.checkRoom();
    const { stream, playable } = await this.#choose(camera, request.stream);
    const refused = !playable.webrtc.ok && !playable.mse.ok ? playable.webrtc : undefined;
    // A camera that is away comes back: the session is good for that, and says what is.
    if (refused !== undefined && refused.reason !== 'stream.no-frames') throw notPlayable(refused);
    const viewer = request.viewer.slice(0, MAX_VIEWER_ID_CHARACTERS);
    // It may have ended while the stream was waited for.
    revocations.check({ ...origin, camera, action: 'live' });
    const session = registry.create(camera, stream, viewer, origin);
    const token = signLiveToken(mediaKey, { ...session, session: session.id });
    const urls = { whepUrl: `/whep/${camera}`, mseUrl: `/live/v1/${token}/mse` };
    return { session, token, ...urls, iceServers, playable };
  }

  /** The main stream, unless only the sub stream can be played by WebRTC. */
  async #choose(
    camera: CameraId,
    asked: StreamName | undefined,
  ): Promise<{ stream: StreamName; playable: Playability }> {
    const first = asked ?? 'main';
    const playable = await this.#playability(camera, first, FEED_WAIT_MS);
    if (playable.webrtc.ok || asked !== undefined) return { stream: first, playable };
    if (playable.webrtc.reason === 'stream.no-frames') return { stream: first, playable };
    const sub = await this.#playability(camera, 'sub', SUB_FEED_WAIT_MS);
    return sub.webrtc.ok ? { stream: 'sub', playable: sub } : { stream: first, playable };
  }

  async #playability(camera: CameraId, stream: StreamName, waitMs: number): Promise<Playability> {
    const feed = this.#deps.feeds.open(camera, stream);
    const release = feed.hold();
    try {
      await feed.known(waitMs);
      return playabilityOf(feed);
    } finally {
      release();
    }
  }
}

export function cameraNotFound(): StreamError {
  return new StreamError('stream.camera-not-found', {
    happened: 'There is no such camera (any more).',
    remedy: 'Reload the list of cameras.',
  });
}
