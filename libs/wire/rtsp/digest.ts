import { createHash, timingSafeEqual } from 'node:crypto';
import { WireError } from '../errors.ts';

/** What a server asks for in WWW-Authenticate (RFC 7616 §3.3, RFC 7617 §2). */
export type Challenge = DigestChallenge | BasicChallenge;

export interface DigestChallenge {
  readonly scheme: 'digest';
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As written, for instance `MD5`; undefined where the server names none, which means MD5. */
  readonly algorithm: string | undefined;
  /** Whether `qop` offers `auth`; without it the old computation of RFC 2069 is used. */
  readonly qopAuth: boolean;
  /** The nonce was too old, the password is right. */
  readonly stale: boolean;
}

export interface BasicChallenge {
  readonly scheme: 'basic';
  readonly realm: string;
}

/** Challenges of one response that are looked at. */
export const MAX_CHALLENGES = 16;

/**
 * Reads challenges: several headers, or several in one header. Schemes and algorithms that are not
 * known are left out.
 *
 * @param values values of every WWW-Authenticate header
 */
export function parseChallenges(values: readonly string[]): Challenge[] {
  const challenges: Challenge[] = [];
  for (const value of values) {
    // A new challenge starts where a scheme stands before its first parameter.
    for (const part of value.split(/,\s*(?=(?:digest|basic)\s+\w+\s*=)/i)) {
      if (challenges.length >= MAX_CHALLENGES) return challenges;
      const challenge = parseChallenge(part);
      if (challenge !== undefined) challenges.push(challenge);
    }
  }
  return challenges;
}

function parseChallenge(text: string): Challenge | undefined {
  const match = /^\s*(digest|basic)\b(.*)$/is.exec(text);
  if (match === null) return undefined;
  const parameters = parseParameters(match[2] ?? '');
  const realm = parameters.get('realm') ?? '';
  if ((match[1] ?? '').toLowerCase() === 'basic') return { scheme: 'basic', realm };
  const nonce = parameters.get('nonce');
  const algorithm = parameters.get('algorithm');
  if (nonce === undefined || hashNameOf(algorithm) === undefined) return undefined;
  const qop = parameters.get('qop');
  return {
    scheme: 'digest',
    realm,
    nonce,
    opaque: parameters.get('opaque'),
    algorithm,
    qopAuth: qop?.split(',').some((item) => item.trim().toLowerCase() === 'auth') ?? false,
    stale: parameters.get('stale')?.toLowerCase() === 'true',
  };
}

/** `name="value"` and `name=value`, names in lower case, the first of a name counts. */
function parseParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const match of text.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]*))/g)) {
    const name = (match[1] ?? '').toLowerCase();
    const value = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '';
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

/** The safest of the challenges: Digest with SHA-256, Digest with MD5, then Basic. */
export function selectChallenge(challenges: readonly Challenge[]): Challenge | undefined {
  let best: Challenge | undefined;
  for (const challenge of challenges) {
    if (best === undefined || strength(challenge) > strength(best)) best = challenge;
  }
  return best;
}

function strength(challenge: Challenge): number {
  if (challenge.scheme === 'basic') return 0;
  return hashNameOf(challenge.algorithm) === 'sha256' ? 2 : 1;
}

/** Everything that an Authorization header is made of. */
export interface AuthorizationInput {
  readonly challenge: Challenge;
  readonly username: string;
  readonly password: string;
  readonly method: string;
  /** The full URL, exactly as in the request line. */
  readonly uri: string;
  /** Random text of the client, used where the server offers qop; at least 8 characters. */
  readonly cnonce: string;
  /** How many requests were made with this nonce, this one included. */
  readonly nonceCount: number;
}

/**
 * The value of an Authorization header.
 *
 * @throws WireError `wire.auth-scheme` where the name or a parameter cannot be written into a header
 */
export function authorizationHeader(input: AuthorizationInput): string {
  const { challenge, username, password } = input;
  if (challenge.scheme === 'basic') {
    return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
  }
  const count = input.nonceCount.toString(16).padStart(8, '0');
  const response = digestResponse({
    algorithm: challenge.algorithm,
    username,
    realm: challenge.realm,
    password,
    method: input.method,
    uri: input.uri,
    nonce: challenge.nonce,
    qop: challenge.qopAuth ? { count, cnonce: input.cnonce } : undefined,
  });
  const parts = [
    `username="${quote(username)}"`,
    `realm="${quote(challenge.realm)}"`,
    `nonce="${quote(challenge.nonce)}"`,
    `uri="${quote(input.uri)}"`,
    `response="${response}"`,
  ];
  if (challenge.algorithm !== undefined) parts.push(`algorithm=${challenge.algorithm}`);
  if (challenge.qopAuth) parts.push('qop=auth', `nc=${count}`, `cnonce="${quote(input.cnonce)}"`);
  if (challenge.opaque !== undefined) parts.push(`opaque="${quote(challenge.opaque)}"`);
  return `Digest ${parts.join(', ')}`;
}

/** What a server of ours asks for, as the value of WWW-Authenticate. */
export function formatDigestChallenge(
  realm: string,
  nonce: string,
  options: { algorithm?: 'MD5' | 'SHA-256'; qop?: boolean; stale?: boolean } = {},
): string {
  const parts = [`realm="${quote(realm)}"`, `nonce="${quote(nonce)}"`];
  if (options.algorithm !== undefined) parts.push(`algorithm=${options.algorithm}`);
  if (options.qop === true) parts.push('qop="auth"');
  if (options.stale === true) parts.push('stale=true');
  return `Digest ${parts.join(', ')}`;
}

/** What a server of ours knows when it checks an Authorization header. */
export interface Expectation {
  readonly method: string;
  readonly realm: string;
  /** The nonce that was handed out; Digest with another one does not count. */
  readonly nonce: string;
  readonly username: string;
  readonly password: string;
}

/** Whether the value of an Authorization header, Digest or Basic, proves the password. */
export function verifyAuthorization(header: string | undefined, expected: Expectation): boolean {
  const match = /^\s*(digest|basic)\s+(.*)$/is.exec(header ?? '');
  if (match === null) return false;
  const rest = match[2] ?? '';
  if ((match[1] ?? '').toLowerCase() === 'basic') {
    const right = Buffer.from(`${expected.username}:${expected.password}`, 'utf8');
    return sameText(rest.trim(), right.toString('base64'));
  }
  const given = parseParameters(rest);
  const algorithm = given.get('algorithm');
  if (given.get('nonce') !== expected.nonce || given.get('username') !== expected.username) {
    return false;
  }
  if (given.get('realm') !== expected.realm || hashNameOf(algorithm) === undefined) return false;
  const response = digestResponse({
    algorithm,
    username: expected.username,
    realm: expected.realm,
    password: expected.password,
    method: expected.method,
    uri: given.get('uri') ?? '',
    nonce: expected.nonce,
    qop: given.has('qop')
      ? { count: given.get('nc') ?? '', cnonce: given.get('cnonce') ?? '' }
      : undefined,
  });
  return sameText(given.get('response') ?? '', response);
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a, 'utf8');
  const right = Buffer.from(b, 'utf8');
  return left.length === right.length && timingSafeEqual(left, right);
}

interface DigestInput {
  algorithm: string | undefined;
  username: string;
  realm: string;
  password: string;
  method: string;
  uri: string;
  nonce: string;
  qop: { count: string; cnonce: string } | undefined;
}

/** RFC 7616 §3.4.1; without qop as RFC 2069 §2.1.2. */
function digestResponse(input: DigestInput): string {
  const name = hashNameOf(input.algorithm);
  if (name === undefined) {
    throw new WireError('wire.auth-scheme', 'The camera wants a way to sign in that is not known.');
  }
  const hash = (text: string): string => createHash(name).update(text, 'utf8').digest('hex');
  const ha1 = hash(`${input.username}:${input.realm}:${input.password}`);
  const ha2 = hash(`${input.method}:${input.uri}`);
  return input.qop === undefined
    ? hash(`${ha1}:${input.nonce}:${ha2}`)
    : hash(`${ha1}:${input.nonce}:${input.qop.count}:${input.qop.cnonce}:auth:${ha2}`);
}

function hashNameOf(algorithm: string | undefined): 'md5' | 'sha256' | undefined {
  switch ((algorithm ?? 'MD5').toUpperCase()) {
    case '':
    case 'MD5':
      return 'md5';
    case 'SHA-256':
      return 'sha256';
    default:
      return undefined;
  }
}

function quote(text: string): string {
  if (/[\r\n\0]/.test(text)) {
    throw new WireError(
      'wire.auth-scheme',
      'The user name of the camera holds a line break, which cannot be sent.',
    );
  }
  return text.replace(/["\\]/g, '\\$&');
}
