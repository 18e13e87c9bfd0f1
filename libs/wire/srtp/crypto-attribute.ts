import { SRTP_SUITES, type SrtpKey } from './srtp-key.ts';

/** Keys of one `a=crypto`. */
export const MAX_KEYS = 8;
/** RFC 4568 §6.1: bytes of a master key identifier. */
export const MAX_MKI_BYTES = 128;

/**
 * Keys of an `a=crypto` attribute (RFC 4568 §4, §6); empty where it is not one that can be followed.
 *
 * ```
 * 1 AES_CM_128_HMAC_SHA1_80 inline:<key and salt in base64>|2^20|1:4 UNENCRYPTED_SRTCP
 * ```
 */
export function readCryptoAttribute(value: string): readonly SrtpKey[] {
  const [, name = '', keyText = '', ...parameters] = value.trim().split(/\s+/);
  const named = SRTP_SUITES.find((suite) => suite.name === name.toUpperCase());
  if (named === undefined) return [];
  let encrypted = true;
  let authenticated = true;
  for (const parameter of parameters) {
    const word = parameter.toUpperCase();
    if (word === 'UNENCRYPTED_SRTP') encrypted = false;
    else if (word === 'UNAUTHENTICATED_SRTP' && named.cipher === 'counter') authenticated = false;
    // What begins with a dash may be ignored (§6.3.7), what is about RTCP and windows as well.
    else if (!/^(?:-|UNENCRYPTED_SRTCP$|WSH=|KDR=0$|FEC_ORDER=)/.test(word)) return [];
  }
  const suite = authenticated ? named : { ...named, tagBytes: 0 };
  const keys: SrtpKey[] = [];
  for (const part of keyText.split(';').slice(0, MAX_KEYS)) {
    const [method = '', ...rest] = part.split('|');
    const inline = /^inline:([A-Za-z0-9+/]+={0,2})$/i.exec(method)?.[1];
    const bytes = Buffer.from(inline ?? '', 'base64');
    const mki = readMki(rest);
    if (bytes.length !== suite.keyBytes + suite.saltBytes || mki === undefined) return [];
    keys.push({
      suite,
      masterKey: bytes.subarray(0, suite.keyBytes),
      masterSalt: bytes.subarray(suite.keyBytes),
      mki,
      encrypted,
      rollovers: new Map(),
    });
  }
  return keys;
}

/** `2^20`, `1:4`, or both: the identifier is the one with a colon. Undefined where it is none. */
function readMki(parts: readonly string[]): Uint8Array | undefined {
  const text = parts.find((part) => part.includes(':'));
  if (text === undefined) return new Uint8Array(0);
  const match = /^(\d{1,39}):(\d{1,3})$/.exec(text);
  const length = Number(match?.[2] ?? 0);
  if (match === null || length < 1 || length > MAX_MKI_BYTES) return undefined;
  const hex = BigInt(match[1] ?? '0')
    .toString(16)
    .padStart(2 * length, '0');
  return hex.length === 2 * length ? Buffer.from(hex, 'hex') : undefined;
}
