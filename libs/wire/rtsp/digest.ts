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
  /** `auth` where it is offered, else `auth-int`; undefined: the old computation of RFC 2069. */
  readonly qop: 'auth' | 'auth-int' | undefined;
  /** The nonce was too old, the password is right. */
  readonly stale: boolean;
}

export interface BasicChallenge {
  readonly scheme: 'basic';
  readonly realm: string;
}

/** Challenges of one response that are looked at. */
export const MAX_CHALLENGES = 16;
/** Characters of one header that are looked at. */
export const MAX_CHALLENGE_CHARACTERS = 4096;

/**
 * Reads challenges: several headers, or several in one header (RFC 9110 §11.6.1). Those that are not
 * known are left out.
 *
 * @param values values of every WWW-Authenticate header
 */
export function parseChallenges(values: readonly string[]): Challenge[] {
  return readChallenges(values).filter((challenge) => typeof challenge !== 'string');
}

/** Names of the challenges that are not known, fit to be shown: `NTLM`, `Digest with qop auth-conf`. */
export function nameUnknownChallenges(values: readonly string[]): string[] {
  return readChallenges(values).filter((challenge) => typeof challenge === 'string');
}

function readChallenges(values: readonly string[]): (Challenge | string)[] {
  const challenges: (Challenge | string)[] = [];
  for (const value of values) {
    for (const text of splitChallenges(value)) {
      if (challenges.length >= MAX_CHALLENGES) return challenges;
      const challenge = parseChallenge(text);
      if (challenge !== undefined) challenges.push(challenge);
    }
  }
  return challenges;
}

/** A quote that is not closed goes to the end. A new challenge starts, outside quotes, where a scheme stands before its first parameter, or alone. */
function splitChallenges(value: string): string[] {
  const challenges: string[] = [];
  for (const [part] of value
    .slice(0, MAX_CHALLENGE_CHARACTERS)
    .matchAll(/(?:"(?:[^"\\]|\\[\s\S]?)*(?:"|$)|[^,"])+/g)) {
    const isNew = /^\s*[a-z][\w-]*(?:\s+[\w-]+\s*=|\s*$)/i.test(part);
    const last = challenges.length - 1;
    if (isNew || last < 0) challenges.push(part);
    else challenges[last] += `,${part}`;
  }
  return challenges;
}

/** A challenge; the name of one that is not known; undefined where there is none. */
function parseChallenge(text: string): Challenge | string | undefined {
  const match = /^\s*([a-z][\w-]{0,31})\b(.*)$/is.exec(text);
  if (match === null) return undefined;
  const [, scheme = '', rest = ''] = match;
  const parameters = parseParameters(rest);
  const realm = parameters.get('realm') ?? '';
  if (scheme.toLowerCase() === 'basic') return { scheme: 'basic', realm };
  if (scheme.toLowerCase() !== 'digest') return scheme;
  const nonce = parameters.get('nonce');
  const algorithm = parameters.get('algorithm');
  const qop = parameters.get('qop');
  const offered = (qop ?? '').split(/[,\s]+/).filter((item) => item !== '');
  if (nonce === undefined) return 'Digest without a nonce';
  if (hashOf(algorithm) === undefined) return `Digest with the algorithm ${shown(algorithm)}`;
  const chosen = QOPS.find((name) => offered.some((item) => item.toLowerCase() === name));
  if (chosen === undefined && offered.length > 0) return `Digest with qop ${shown(qop)}`;
  return {
    scheme: 'digest',
    realm,
    nonce,
    opaque: parameters.get('opaque'),
    algorithm,
    qop: chosen,
    stale: parameters.get('stale')?.toLowerCase() === 'true',
  };
}

/** A camera's own word, fit to be shown. */
function shown(text: string | undefined): string {
  return (text ?? '').replace(/[^\w ,./+-]/g, '').slice(0, 32);
}

const QOPS = ['auth', 'auth-int'] as const;

/** Begins where a name begins and nowhere within it: a long word without `=` is read once. */
const PARAMETER = /(?<![\w-])([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]*))/g;

/** `name="value"` and `name=value`, names in lower case, the first of a name counts. */
function parseParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const match of text.matchAll(PARAMETER)) {
    const name = (match[1] ?? '').toLowerCase();
    const value = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '';
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

/** The safest of the challenges: Digest with a SHA-2, Digest with MD5, then Basic; of equals the first. */
export function selectChallenge(challenges: readonly Challenge[]): Challenge | undefined {
  let best: Challenge | undefined;
  for (const challenge of challenges) {
    if (best === undefined || strength(challenge) > strength(best)) best = challenge;
  }
  return best;
}

function strength(challenge: Challenge): number {
  if (challenge.scheme === 'basic') return 0;
  return hashOf(challenge.algorithm)?.name === 'md5' ? 1 : 2;
}

/** Everything that an Authorization header is made of. */
export interface AuthorizationInput {
  readonly challenge: Challenge;
  readonly username: string;
  readonly password: string;
  readonly method: string;
  /** The full URL, exactly as in the request line. */
  readonly uri: string;
  /**
   * Random text of the client, at least 8 characters: the same for as long as the nonce is, since a
   * session key (`-sess`) is made of the first one.
   */
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
    qop: challenge.qop,
    count,
    cnonce: input.cnonce,
  });
  const parts = [
    `username="${quote(username)}"`,
    `realm="${quote(challenge.realm)}"`,
    `nonce="${quote(challenge.nonce)}"`,
    `uri="${quote(input.uri)}"`,
    `response="${response}"`,
  ];
  if (challenge.algorithm !== undefined) parts.push(`algorithm=${challenge.algorithm}`);
  const cnonce = `cnonce="${quote(input.cnonce)}"`;
  if (challenge.qop !== undefined) parts.push(`qop=${challenge.qop}`, `nc=${count}`, cnonce);
  else if (hashOf(challenge.algorithm)?.session === true) parts.push(cnonce);
  if (challenge.opaque !== undefined) parts.push(`opaque="${quote(challenge.opaque)}"`);
  return `Digest ${parts.join(', ')}`;
}

/** What a server of ours asks for, as the value of WWW-Authenticate. */
export function formatDigestChallenge(
  realm: string,
  nonce: string,
  options: { algorithm?: string; qop?: boolean | string; stale?: boolean } = {},
): string {
  const parts = [`realm="${quote(realm)}"`, `nonce="${quote(nonce)}"`];
  if (options.algorithm !== undefined) parts.push(`algorithm=${options.algorithm}`);
  if (options.qop !== undefined && options.qop !== false) {
    parts.push(`qop="${options.qop === true ? 'auth' : quote(options.qop)}"`);
  }
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
  if (given.get('realm') !== expected.realm || hashOf(algorithm) === undefined) return false;
  const qop = given.get('qop')?.toLowerCase();
  const response = digestResponse({
    algorithm,
    username: expected.username,
    realm: expected.realm,
    password: expected.password,
    method: expected.method,
    uri: given.get('uri') ?? '',
    nonce: expected.nonce,
    qop: qop === 'auth-int' ? qop : qop === undefined ? undefined : 'auth',
    count: given.get('nc') ?? '',
    cnonce: given.get('cnonce') ?? '',
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
  qop: 'auth' | 'auth-int' | undefined;
  count: string;
  cnonce: string;
}

/**
 * RFC 7616 §3.4.1; without qop as RFC 2069 §2.1.2. No request of RTSP that is signed here has a body,
 * so `auth-int` covers an empty one.
 */
function digestResponse(input: DigestInput): string {
  const algorithm = hashOf(input.algorithm);
  if (algorithm === undefined) {
    throw new WireError('wire.auth-scheme', 'The camera wants a way to sign in that is not known.');
  }
  const { nonce, qop, count, cnonce } = input;
  const hash = (text: string): string =>
    createHash(algorithm.name).update(text, 'utf8').digest('hex');
  const secret = hash(`${input.username}:${input.realm}:${input.password}`);
  const ha1 = algorithm.session ? hash(`${secret}:${nonce}:${cnonce}`) : secret;
  const request = `${input.method}:${input.uri}`;
  const ha2 = hash(qop === 'auth-int' ? `${request}:${hash('')}` : request);
  return qop === undefined
    ? hash(`${ha1}:${nonce}:${ha2}`)
    : hash(`${ha1}:${nonce}:${count}:${cnonce}:${qop}:${ha2}`);
}

interface DigestHash {
  /** As `node:crypto` calls it. */
  readonly name: 'md5' | 'sha256' | 'sha512-256';
  /** `-sess`: the secret is mixed with the nonces. */
  readonly session: boolean;
}

/** RFC 7616 §6.1. */
const HASHES: ReadonlyMap<string, DigestHash['name']> = new Map([
  ['', 'md5'],
  ['MD5', 'md5'],
  ['SHA-256', 'sha256'],
  ['SHA-512-256', 'sha512-256'],
]);

function hashOf(algorithm: string | undefined): DigestHash | undefined {
  const [, base = '', session] = /^(.*?)(-SESS)?$/.exec((algorithm ?? '').toUpperCase()) ?? [];
  const name = HASHES.get(base);
  return name === undefined ? undefined : { name, session: session !== undefined };
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
