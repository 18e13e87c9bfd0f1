import type { Challenge } from '@vms/wire/rtsp/digest.ts';

/** A login with a new nonce that a camera may refuse, before the password is held to be wrong. */
const MAX_UNPROVEN_REFUSALS = 2;

/** How one camera is signed in to: its challenge, and what happened with it. */
export class Login {
  readonly challenge: Challenge;
  /** The same for as long as the challenge is: session keys are made of it (RFC 7616 §3.4.2). */
  readonly cnonce: string;
  /** Requests that were signed with it. */
  uses = 0;
  /** Whether the camera took it once. */
  accepted = false;
  /** Whether it comes from a connection before this one. */
  remembered = false;
  /** Logins in a row that the camera refused with another nonce, without ever taking one. */
  readonly refusals: number;

  constructor(challenge: Challenge, cnonce: string, refusals = 0) {
    this.challenge = challenge;
    this.cnonce = cnonce;
    this.refusals = refusals;
  }

  /**
   * What to sign in with after a 401 to a request that was signed with this; undefined where the
   * password is wrong. A nonce that the camera does not call stale is followed where the old one had
   * been good, or comes from another connection.
   */
  renewed(challenge: Challenge, cnonce: string): Login | undefined {
    const before = this.challenge;
    if (before.scheme !== 'digest' || challenge.scheme !== 'digest') return undefined;
    if (challenge.stale) return new Login(challenge, cnonce, this.refusals);
    if (challenge.nonce === before.nonce) return undefined;
    if (this.accepted) return new Login(challenge, cnonce);
    const refusals = this.refusals + 1;
    const mayBeOld = this.remembered && refusals < MAX_UNPROVEN_REFUSALS;
    return mayBeOld ? new Login(challenge, cnonce, refusals) : undefined;
  }
}
