import { randomBytes } from 'node:crypto';
import type { Clock, Timer } from '@vms/common/clock.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import { VERSION } from '@vms/common/version.ts';
import {
  authorizationHeader,
  type Challenge,
  parseChallenges,
  selectChallenge,
} from '@vms/wire/rtsp/digest.ts';
import {
  type HeaderField,
  type RtspRequest,
  type RtspResponse,
  serializeRequest,
  serializeResponse,
} from '@vms/wire/rtsp/message.ts';
import { IngestError } from './ingest-error.ts';
import type { RtspConnection } from './rtsp-connection.ts';

/** Some cameras answer DESCRIBE only to a client that names itself (go2rtc#235). */
export const USER_AGENT = `VMS/${VERSION}`;
/** Requests under way at a time on one connection. */
export const MAX_PENDING_REQUESTS = 4;
/** New nonces that one request follows before the password is held to be wrong. */
export const MAX_STALE_NONCES = 2;
/** Requests of a camera that are answered on one connection. */
export const MAX_SERVER_REQUESTS = 1_000;
/** Given-up requests whose late answers are recognised. */
const MAX_GIVEN_UP = 32;

/** Who signs in. Both empty: nobody. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

interface Pending {
  readonly timer: Timer;
  readonly resolve: (response: RtspResponse) => void;
  readonly reject: (error: IngestError) => void;
}

export interface RtspClientOptions {
  readonly connection: Pick<RtspConnection, 'send'>;
  readonly clock: Clock;
  readonly credentials: Credentials;
  /** The URI as it goes to the camera, with what its path has to carry. Default: as it is. */
  readonly toSentUri?: (uri: string) => string;
  readonly randomBytes?: RandomBytes;
}

/** Requests and responses on one connection: CSeq, sign-in, time limits. */
export class RtspClient {
  readonly #connection: Pick<RtspConnection, 'send'>;
  readonly #clock: Clock;
  readonly #credentials: Credentials;
  readonly #toSentUri: (uri: string) => string;
  readonly #randomBytes: RandomBytes;
  readonly #pending = new Map<number, Pending>();
  /** CSeq of requests that nobody waits for any more. */
  readonly #givenUp = new Set<number>();
  #cseq = 0;
  #challenge: Challenge | undefined;
  #nonceCount = 0;
  #serverRequests = 0;
  #failure: IngestError | undefined;
  /** Sent with every request once SETUP gave it. */
  sessionId: string | undefined;

  constructor(options: RtspClientOptions) {
    this.#connection = options.connection;
    this.#clock = options.clock;
    this.#credentials = options.credentials;
    this.#toSentUri = options.toSentUri ?? ((uri) => uri);
    this.#randomBytes = options.randomBytes ?? randomBytes;
  }

  /**
   * Sends a request, signs in where the camera asks for it (also with a new nonce in mid-session), and
   * gives the response, whatever its status except 401.
   *
   * @throws IngestError `ingest.wrong-password`, `ingest.no-answer`, or why the connection ended
   */
  async request(
    method: string,
    uri: string,
    headers: readonly HeaderField[],
    timeoutMs: number,
  ): Promise<RtspResponse> {
    let staleNonces = 0;
    for (;;) {
      const triedWith = this.#challenge;
      const response = await this.exchange(method, uri, headers, timeoutMs);
      if (response.status !== 401) return response;
      const challenge = selectChallenge(
        parseChallenges(response.headers.getAll('WWW-Authenticate')),
      );
      const { username, password } = this.#credentials;
      if (challenge === undefined) throw unknownScheme();
      if (username === '' && password === '') throw passwordWanted();
      if (triedWith !== undefined) {
        // The password was refused, unless the camera only wants a new nonce. One that the camera
        // does not call stale is followed once, and only where the old one had been good.
        const renewed = isRenewed(triedWith, challenge, this.#nonceCount);
        if (!renewed || staleNonces >= MAX_STALE_NONCES) throw wrongPassword();
        staleNonces++;
      }
      this.#challenge = challenge;
      this.#nonceCount = 0;
    }
  }

  /** Whether the camera asked for a sign-in. */
  get askedForLogin(): boolean {
    return this.#challenge !== undefined;
  }

  /** A response has come. */
  onResponse(response: RtspResponse): void {
    if (response.status >= 100 && response.status < 200) return;
    const cseq = Number(response.headers.get('CSeq') ?? Number.NaN);
    if (this.#givenUp.delete(cseq)) return;
    let key = cseq;
    if (!this.#pending.has(key)) {
      // Some cameras answer with an old CSeq or none (Tapo C220): it can only be the one under way.
      if (this.#pending.size !== 1) return;
      for (const only of this.#pending.keys()) key = only;
    }
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    pending?.timer.cancel();
    pending?.resolve(response);
  }

  /** A camera asks something of us (RFC 2326 §10.1, §10.8). */
  onRequest(request: RtspRequest): void {
    if (++this.#serverRequests > MAX_SERVER_REQUESTS) return;
    const known = request.method === 'OPTIONS' || request.method.endsWith('_PARAMETER');
    const cseq = request.headers.get('CSeq');
    const headers: HeaderField[] = cseq === undefined ? [] : [['CSeq', cseq]];
    this.#connection.send(
      known
        ? serializeResponse(200, 'OK', headers)
        : serializeResponse(501, 'Not Implemented', headers),
    );
  }

  /** The connection has ended: whoever waits is told. */
  fail(error: IngestError): void {
    this.#failure = error;
    for (const pending of this.#pending.values()) {
      pending.timer.cancel();
      pending.reject(error);
    }
    this.#pending.clear();
  }

  /**
   * Sends a request and gives the response, whatever its status: where the camera asks for a sign-in,
   * none follows.
   *
   * @throws IngestError `ingest.no-answer`, or why the connection ended
   */
  exchange(
    method: string,
    uri: string,
    headers: readonly HeaderField[],
    timeoutMs: number,
  ): Promise<RtspResponse> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#pending.size >= MAX_PENDING_REQUESTS) throw noAnswer(method);
      const cseq = ++this.#cseq;
      const sentUri = this.#toSentUri(uri);
      const bytes = serializeRequest(method, sentUri, [
        ['CSeq', cseq],
        ['User-Agent', USER_AGENT],
        ...(this.sessionId === undefined ? [] : [['Session', this.sessionId] as const]),
        ...this.#authorization(method, sentUri),
        ...headers,
      ]);
      const timer = this.#clock.after(timeoutMs, () => {
        this.#giveUp(cseq);
        reject(noAnswer(method));
      });
      this.#pending.set(cseq, { timer, resolve, reject });
      this.#connection.send(bytes);
    });
  }

  #authorization(method: string, uri: string): readonly HeaderField[] {
    const challenge = this.#challenge;
    if (challenge === undefined) return [];
    this.#nonceCount++;
    const value = authorizationHeader({
      challenge,
      ...this.#credentials,
      method,
      uri,
      cnonce: Buffer.from(this.#randomBytes(8)).toString('hex'),
      nonceCount: this.#nonceCount,
    });
    return [['Authorization', value]];
  }

  #giveUp(cseq: number): void {
    this.#pending.delete(cseq);
    this.#givenUp.add(cseq);
    if (this.#givenUp.size <= MAX_GIVEN_UP) return;
    for (const oldest of this.#givenUp) {
      this.#givenUp.delete(oldest);
      return;
    }
  }
}

/** Whether a 401 means "again, with this nonce" and not "wrong password". */
function isRenewed(before: Challenge, now: Challenge, uses: number): boolean {
  if (before.scheme !== 'digest' || now.scheme !== 'digest') return false;
  return now.stale || (now.nonce !== before.nonce && uses > 1);
}

function wrongPassword(): IngestError {
  return new IngestError('ingest.wrong-password', {
    happened: 'The camera refuses the user name or the password.',
    remedy:
      'Enter both again. Some cameras lock an account after wrong attempts, and some refuse a right password while all of their sessions are taken.',
  });
}

function passwordWanted(): IngestError {
  return new IngestError('ingest.wrong-password', {
    happened: 'The camera wants a user name and a password; none are stored.',
    remedy: 'Enter those of a camera user who may watch the stream.',
  });
}

function unknownScheme(): IngestError {
  return new IngestError('ingest.wrong-password', {
    happened: 'The camera asks for a sign-in of a kind that is not supported.',
    remedy: 'Set RTSP authentication to Digest or Basic in the camera.',
  });
}

function noAnswer(method: string): IngestError {
  return new IngestError('ingest.no-answer', {
    happened: `The device at this address accepted the connection, but did not answer (${method}).`,
    remedy: 'Check the port; if it stays, restart the camera.',
  });
}
