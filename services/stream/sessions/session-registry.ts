import type { LiveGrant } from '@vms/auth/media-token.ts';
import type { GrantOrigin, Revocable } from '@vms/auth/revocation-list.ts';
import type { Clock, EpochMs } from '@vms/common/clock.ts';
import { type CameraId, newId, type StreamName } from '@vms/common/ids.ts';
import { MAX_ENDED_SESSIONS, SESSION_LIFE_MS } from '../bounds.ts';
import { StreamError } from '../stream-error.ts';

export type Transport = 'webrtc' | 'mse';

/** What a transport tells of the viewer that it serves. */
export interface Watcher {
  readonly transport: Transport;
  readonly sentBytes: number;
  readonly sentFrames: number;
  readonly droppedFrames: number;
  /** @param revoked what it was allowed by has ended, rather than the view itself */
  close(revoked?: boolean): void;
}

/** One viewer's permission to watch one stream. */
export interface Session extends Revocable {
  readonly id: string;
  readonly action: 'live';
  readonly camera: CameraId;
  readonly stream: StreamName;
  readonly viewer: string;
  readonly startedAt: EpochMs;
  /** Until when it lives without anybody watching, and its token is good. */
  readonly expiresAt: EpochMs;
  /** Who watches by it right now; a new one takes the place of the old. */
  watcher: Watcher | undefined;
}

/** The sessions that are open. */
export class SessionRegistry {
  readonly #clock: Clock;
  readonly #maxSessions: number;
  readonly #sessions = new Map<string, Session>();
  readonly #ended = new Map<string, EpochMs>();

  constructor(clock: Clock, maxSessions: number) {
    this.#clock = clock;
    this.#maxSessions = maxSessions;
  }

  get size(): number {
    return this.#sessions.size;
  }

  values(): IterableIterator<Session> {
    return this.#sessions.values();
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** @throws StreamError `stream.limit-reached` */
  checkRoom(): void {
    if (this.#sessions.size < this.#maxSessions) return;
    throw new StreamError('stream.limit-reached', {
      happened: `${this.#maxSessions} live views are open, which is the limit.`,
      remedy: 'Close some and try again, or raise stream.maxSessions.',
    });
  }

  /** @throws StreamError `stream.limit-reached` */
  create(camera: CameraId, stream: StreamName, viewer: string, origin: GrantOrigin): Session {
    this.checkRoom();
    const now = this.#clock.now();
    const session: Session = {
      id: newId('live'),
      action: 'live',
      grant: origin.grant,
      user: origin.user,
      position: origin.position,
      camera,
      stream,
      viewer,
      startedAt: now,
      expiresAt: Math.round(now + SESSION_LIFE_MS),
      watcher: undefined,
    };
    this.#sessions.set(session.id, session);
    return session;
  }

  /**
   * The session of a token that was verified. One that this process does not know was made before it
   * started: it is taken up, so that viewers come back by themselves.
   * @throws StreamError `stream.session-not-found`, `stream.limit-reached`
   */
  take(grant: LiveGrant): Session {
    const known = this.#sessions.get(grant.session);
    if (known !== undefined) return known;
    if (this.#ended.has(grant.session)) throw gone();
    this.checkRoom();
    const session: Session = {
      id: grant.session,
      action: 'live',
      grant: grant.grant,
      user: grant.user,
      position: grant.position,
      camera: grant.camera,
      stream: grant.stream,
      viewer: grant.viewer,
      startedAt: this.#clock.now(),
      expiresAt: grant.expiresAt,
      watcher: undefined,
    };
    this.#sessions.set(session.id, session);
    return session;
  }

  /**
   * Whoever watched by this session before is disconnected; so is the new one where the session ended
   * while its view was made ready.
   */
  watch(session: Session, watcher: Watcher): void {
    if (this.#sessions.get(session.id) !== session) {
      watcher.close();
      return;
    }
    const before = session.watcher;
    session.watcher = watcher;
    before?.close();
  }

  /** A viewer is gone; its session stays until it expires, for a viewer that comes back. */
  unwatch(session: Session, watcher: Watcher): void {
    if (session.watcher === watcher) session.watcher = undefined;
  }

  /**
   * False where there is no such session.
   * @param grant only a session of this one; undefined is any
   */
  end(id: string, grant?: string): boolean {
    const session = this.#sessions.get(id);
    if (session === undefined || (grant !== undefined && session.grant !== grant)) return false;
    this.#end(session, false);
    return true;
  }

  /** Ends every session that `isRevoked` names. */
  endRevoked(isRevoked: (session: Session) => boolean): void {
    for (const session of [...this.#sessions.values()]) {
      if (isRevoked(session)) this.#end(session, true);
    }
  }

  #end(session: Session, revoked: boolean): void {
    const { id } = session;
    this.#sessions.delete(id);
    this.#ended.set(id, session.expiresAt);
    if (this.#ended.size > MAX_ENDED_SESSIONS) {
      const [oldest] = this.#ended.keys();
      if (oldest !== undefined) this.#ended.delete(oldest);
    }
    const { watcher } = session;
    session.watcher = undefined;
    watcher?.close(revoked);
  }

  /** Forgets what has expired and nobody watches. */
  sweep(): void {
    const now = this.#clock.now();
    for (const [id, session] of this.#sessions) {
      if (session.watcher === undefined && session.expiresAt <= now) this.#sessions.delete(id);
    }
    for (const [id, expiresAt] of this.#ended) if (expiresAt <= now) this.#ended.delete(id);
  }

  close(): void {
    for (const { watcher } of this.#sessions.values()) watcher?.close();
    this.#sessions.clear();
  }
}

function gone(): StreamError {
  return new StreamError('stream.session-not-found', {
    happened: 'This live session has ended.',
    remedy: 'Open a new one.',
  });
}
