import { randomBytes } from 'node:crypto';
import type { Clock, Timer } from '@vms/common/clock.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import { VERSION } from '@vms/common/version.ts';
import {
  authorizationHeader,
  nameUnknownChallenges,
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
import { Login } from './login.ts';
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
  /** What `$SECRET1` … in the address stand for; default none. */
  readonly secrets?: readonly string[] | undefined;
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
  /** What an earlier connection learnt: the first request is signed with it already. */
  readonly login?: Login | undefined;
  readonly randomBytes?: RandomBytes;
}

/**
 * A reason phrase that repeats no address. Some cameras put the URI that they refuse into theirs, and with
 * it what the path carried to them.
 */
const PLAIN_WORDS = /^[A-Za-z' -]*$/;

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
  #login: Login | undefined;
  #slowestAnswerMs = 0;
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
    this.#login = options.login;
    if (this.#login !== undefined) this.#login.remembered = true;
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
    for (let renewals = 0; ; renewals++) {
      const login = this.#login;
      const response = await this.exchange(method, uri, headers, timeoutMs);
      if (response.status !== 401) {
        if (login !== undefined && (method !== 'OPTIONS' || renewals > 0)) login.accepted = true;
        return response;
      }
      const offered = response.headers.getAll('WWW-Authenticate');
      const challenge = selectChallenge(parseChallenges(offered));
      const { username, password } = this.#credentials;
      if (challenge === undefined) {
        throw login === undefined ? unknownScheme(nameUnknownChallenges(offered)) : wrongPassword();
      }
      if (username === '' && password === '') throw passwordWanted();
      const cnonce = Buffer.from(this.#randomBytes(8)).toString('hex');
      const next =
        login === undefined ? new Login(challenge, cnonce) : login.renewed(challenge, cnonce);
      if (next === undefined || renewals > MAX_STALE_NONCES) throw wrongPassword();
      this.#login = next;
      // RFC 2326 §12.10: the connection ends with this answer, so no login is sent on it.
      if (/\bclose\b/i.test(response.headers.get('Connection') ?? '')) throw endsWithChallenge();
    }
  }

  /** How the camera is signed in to; undefined before it asked. */
  get login(): Login | undefined {
    return this.#login;
  }

  /** Milliseconds that the slowest answer took. */
  get slowestAnswerMs(): number {
    return this.#slowestAnswerMs;
  }

  /** Whether the camera asked for a sign-in. */
  get askedForLogin(): boolean {
    return this.#login !== undefined;
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

  /** The connection has ended: every request under way fails. */
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
      if (this.#pending.size >= MAX_PENDING_REQUESTS) throw noAnswer(method, timeoutMs);
      const cseq = ++this.#cseq;
      const sentUri = this.#toSentUri(uri);
      const bytes = serializeRequest(method, sentUri, [
        ['CSeq', cseq],
        ['User-Agent', USER_AGENT],
        ...(this.sessionId === undefined ? [] : [['Session', this.sessionId] as const]),
        ...this.#authorization(method, sentUri),
        ...headers,
      ]);
      const sentAt = this.#clock.monotonic();
      const timer = this.#clock.after(timeoutMs, () => {
        this.#giveUp(cseq);
        reject(noAnswer(method, timeoutMs));
      });
      const answered = (response: RtspResponse): void => {
        this.#slowestAnswerMs = Math.max(this.#slowestAnswerMs, this.#clock.monotonic() - sentAt);
        const mayRepeatSecrets = sentUri !== uri && !PLAIN_WORDS.test(response.reason);
        resolve(mayRepeatSecrets ? { ...response, reason: '' } : response);
      };
      this.#pending.set(cseq, { timer, resolve: answered, reject });
      this.#connection.send(bytes);
    });
  }

  #authorization(method: string, uri: string): readonly HeaderField[] {
    const login = this.#login;
    if (login === undefined) return [];
    login.uses++;
    const value = authorizationHeader({
      challenge: login.challenge,
      ...this.#credentials,
      method,
      uri,
      cnonce: login.cnonce,
      nonceCount: login.uses,
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

/** Nothing was sent: a login that cannot succeed only counts as a wrong one. */
function unknownScheme(names: readonly string[]): IngestError {
  const asked = names.length === 0 ? 'without naming a way' : `by ${names.join(' or ')}`;
  return new IngestError('ingest.sign-in-not-supported', {
    happened: `The camera asks to sign in ${asked}, which is not supported; no password was sent.`,
    remedy: 'Set RTSP authentication to Digest or Basic in the camera.',
  });
}

function endsWithChallenge(): IngestError {
  return new IngestError(
    'ingest.connection-lost',
    'The camera closed the connection when it asked for the login.',
  );
}

function noAnswer(method: string, timeoutMs: number): IngestError {
  const seconds = Math.round(timeoutMs / 100) / 10;
  return new IngestError('ingest.no-answer', {
    happened: `The device at this address accepted the connection, but did not answer ${method} within ${seconds} s.`,
    remedy: 'Check the port. If this persists, restart the camera.',
  });
}
