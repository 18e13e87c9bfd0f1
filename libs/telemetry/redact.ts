import { VmsError } from '@vms/common/errors.ts';
/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

/** Levels of nesting that a log entry keeps; what lies deeper is cut. */
export const MAX_LOG_DEPTH = 6;
/** Characters that one text of a log entry keeps; longer ones are cut. */
export const MAX_LOG_TEXT_CHARACTERS = 8192;
/** Entries that one list or object of a log entry keeps. */
export const MAX_LOG_ENTRIES = 200;

/** Keys whose value never reaches a log, compared in lower case without `-` and `_`. */
const SECRET_KEYS: ReadonlySet<string> = new Set([
  'apitoken',
  'authorization',
  'cookie',
  'credentials',
  'internaltoken',
  'masterkey',
  'mediakey',
  'passphrase',
  'password',
  'passwordhash',
  'passwordsealed',
  'proxyauthorization',
  'sealedpassword',
  'secret',
  'secrets',
  'sessionid',
  'setcookie',
  'token',
  'tokens',
  'vmssession',
]);

/**
 * What follows the scheme of a URL. Its user information is taken to go up to the last `@` of the word, because people paste passwords
 * with `/`, `#` and `@` unescaped: rather a masked host than a password in a log.
 */
const URL_REST = /\b([a-z][a-z0-9+.-]{0,15}:\/\/)([^\s"'<>]*)/gi;
const BEARER = /\b(bearer|basic|digest)\s+[a-z0-9._~+/=-]{6,}/gi;
const MEDIA_TOKEN = /(\/(?:media|live)\/v1\/)[^/\s"']+/gi;

/** A text without user information of URLs, authorization values and tokens in paths. */
export function redactText(text: string): string {
  const cut =
    text.length > MAX_LOG_TEXT_CHARACTERS ? `${text.slice(0, MAX_LOG_TEXT_CHARACTERS)}…` : text;
  const hosts = cut.replace(URL_REST, (url, scheme: string, rest: string) => {
    const end = rest.lastIndexOf('@');
    return end < 0 ? url : `${scheme}${REDACTED}${rest.slice(end)}`;
  });
  return hosts.replace(BEARER, `$1 ${REDACTED}`).replace(MEDIA_TOKEN, `$1${REDACTED}`);
}

/**
 * A copy of `value` that may be logged: values of secret keys replaced, texts passed through
 * {@link redactText}, errors as plain objects with their cause, bytes as their count.
 */
export function redact(value: unknown): unknown {
  return redactValue(value, 0, new Set());
}

function redactValue(value: unknown, depth: number, ancestors: Set<object>): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (ancestors.has(value)) return '[circular]';
  if (depth >= MAX_LOG_DEPTH) return '[deeper]';
  if (value instanceof Date) return value;
  if (value instanceof URL) return redactText(value.href);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  ancestors.add(value);
  const copy = redactObject(value, depth, ancestors);
  ancestors.delete(value);
  return copy;
}

function redactObject(value: object, depth: number, ancestors: Set<object>): unknown {
  if (Array.isArray(value)) {
    return value.slice(0, MAX_LOG_ENTRIES).map((entry) => redactValue(entry, depth + 1, ancestors));
  }
  const copy: Record<string, unknown> = {};
  if (value instanceof Error) {
    copy.type = value.name;
    copy.message = redactText(value.message);
    // What is raised on purpose says all in words; a trace is for faults of the program.
    if (value instanceof VmsError) copy.code = value.code;
    else if (value.stack !== undefined) copy.stack = redactText(value.stack);
    if (value.cause !== undefined) copy.cause = redactValue(value.cause, depth + 1, ancestors);
  }
  for (const [key, entry] of Object.entries(value).slice(0, MAX_LOG_ENTRIES)) {
    if (key in copy || (key === 'explanation' && value instanceof VmsError)) continue;
    copy[key] = isSecretKey(key) ? REDACTED : redactValue(entry, depth + 1, ancestors);
  }
  return copy;
}

function isSecretKey(key: string): boolean {
  return SECRET_KEYS.has(key.toLowerCase().replaceAll(/[-_]/g, ''));
}
