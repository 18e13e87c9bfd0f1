import { SRTP_SUITES, type SrtpKey } from './srtp-key.ts';

/** Bytes of a message that are believed; one with a key has some 100. */
export const MAX_MIKEY_BYTES = 4096;
/** Payloads of one message, and crypto sessions in its header. */
export const MAX_MIKEY_PAYLOADS = 32;

/** Payload types of RFC 3830 §6.1. */
const KEMAC = 1;
const TIMESTAMP = 5;
const ID = 6;
const POLICY = 10;
const RAND = 11;
const EXTENSION = 21;
/** Bytes of a timestamp by its type: NTP-UTC, NTP, COUNTER (§6.6). */
const TIMESTAMP_BYTES = [8, 8, 4] as const;
const MAC_BYTES = [0, 20] as const;
/** Key types of §6.13: keys of the traffic itself. */
const TEK = 2;
const TEK_WITH_SALT = 3;
/** Policy parameters of §6.10.1. */
const PARAMETER = {
  cipher: 0,
  keyBytes: 1,
  authentication: 2,
  saltBytes: 4,
  derivationRate: 6,
  encrypted: 7,
  authenticated: 10,
  tagBytes: 11,
} as const;
const CIPHER_NULL = 0;
const CIPHER_COUNTER = 1;
const CIPHER_GCM = 6;

/** Reads a message from front to back; what is missing reads as a RangeError. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  uint(bytes: 1 | 2 | 4): number {
    const value = this.#bytes.readUIntBE(this.#at, bytes);
    this.#at += bytes;
    return value;
  }

  take(bytes: number): Buffer {
    if (this.#at + bytes > this.#bytes.length) throw new RangeError('The message is cut short.');
    this.#at += bytes;
    return this.#bytes.subarray(this.#at - bytes, this.#at);
  }
}

/**
 * The key of a MIKEY message (RFC 3830) in `a=key-mgmt` (RFC 4567), as servers of GStreamer and cameras
 * built on it write it: a traffic key that is not encrypted, since the whole session runs in TLS.
 * Undefined where the message is another.
 */
export function readMikey(value: string): SrtpKey | undefined {
  const text = /^mikey\s+([A-Za-z0-9+/=]+)$/i.exec(value.trim())?.[1];
  const bytes = Buffer.from(text ?? '', 'base64');
  if (bytes.length === 0 || bytes.length > MAX_MIKEY_BYTES) return undefined;
  try {
    return readMessage(new Reader(bytes));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readMessage(reader: Reader): SrtpKey | undefined {
  reader.take(2); // version, data type
  let next = reader.uint(1);
  reader.take(5); // verification and PRF, CSB ID
  const sessions = reader.uint(1);
  if (reader.uint(1) !== 0) return undefined; // only the map of SRTP is known
  const rollovers = new Map<number, number>();
  for (let i = 0; i < sessions; i++) {
    reader.take(1);
    const ssrc = reader.uint(4);
    if (i < MAX_MIKEY_PAYLOADS) rollovers.set(ssrc, reader.uint(4));
    else reader.take(4);
  }
  let policy = new Map<number, number>();
  let key: Buffer | undefined;
  for (let payloads = 0; next !== 0 && payloads < MAX_MIKEY_PAYLOADS; payloads++) {
    const type = next;
    next = reader.uint(1);
    if (type === POLICY) policy = readPolicy(reader);
    else if (type === KEMAC) key = readKemac(reader);
    else if (!skip(type, reader)) return undefined;
  }
  return key === undefined ? undefined : keyOf(policy, key, rollovers);
}

/** Whether a payload that says nothing here is one whose length is known. */
function skip(type: number, reader: Reader): boolean {
  switch (type) {
    case TIMESTAMP:
      reader.take(TIMESTAMP_BYTES[reader.uint(1)] ?? 0);
      return true;
    case RAND:
      reader.take(reader.uint(1));
      return true;
    case ID:
    case EXTENSION:
      reader.take(1);
      reader.take(reader.uint(2));
      return true;
    default:
      return false;
  }
}

function readPolicy(reader: Reader): Map<number, number> {
  const policy = new Map<number, number>();
  reader.take(1); // policy number
  const isSrtp = reader.uint(1) === 0;
  const parameters = new Reader(reader.take(reader.uint(2)));
  try {
    while (isSrtp) {
      const type = parameters.uint(1);
      const value = parameters.take(parameters.uint(1));
      policy.set(type, value[value.length - 1] ?? 0);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return policy;
}

/** Key and salt of a key data transport that is not encrypted (§6.2, §6.13). */
function readKemac(reader: Reader): Buffer | undefined {
  const encryption = reader.uint(1);
  const data = new Reader(reader.take(reader.uint(2)));
  reader.take(MAC_BYTES[reader.uint(1)] ?? 0);
  if (encryption !== 0) return undefined;
  data.take(1);
  const type = data.uint(1) >> 4;
  const key = data.take(data.uint(2));
  if (type === TEK) return key;
  return type === TEK_WITH_SALT ? Buffer.concat([key, data.take(data.uint(2))]) : undefined;
}

function keyOf(
  policy: ReadonlyMap<number, number>,
  key: Buffer,
  rollovers: ReadonlyMap<number, number>,
): SrtpKey | undefined {
  const cipher = policy.get(PARAMETER.cipher) ?? CIPHER_COUNTER;
  const gcm = cipher === CIPHER_GCM;
  const keyBytes = policy.get(PARAMETER.keyBytes) ?? 16;
  const authenticated =
    (policy.get(PARAMETER.authenticated) ?? 1) !== 0 &&
    (policy.get(PARAMETER.authentication) ?? 1) !== 0;
  const tagBytes = gcm ? 16 : authenticated ? (policy.get(PARAMETER.tagBytes) ?? 10) : 0;
  const suite = SRTP_SUITES.find(
    (known) =>
      known.cipher === (gcm ? 'gcm' : 'counter') &&
      known.keyBytes === keyBytes &&
      (tagBytes === 0 || known.tagBytes === tagBytes),
  );
  const known = cipher === CIPHER_NULL || cipher === CIPHER_COUNTER || gcm;
  if (!known || suite === undefined || (policy.get(PARAMETER.derivationRate) ?? 0) !== 0) {
    return undefined;
  }
  if (key.length !== suite.keyBytes + suite.saltBytes) return undefined;
  return {
    suite: { ...suite, tagBytes },
    masterKey: key.subarray(0, suite.keyBytes),
    masterSalt: key.subarray(suite.keyBytes),
    mki: new Uint8Array(0),
    encrypted: cipher !== CIPHER_NULL && (policy.get(PARAMETER.encrypted) ?? 1) !== 0,
    rollovers,
  };
}
