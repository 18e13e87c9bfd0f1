import assert from 'node:assert/strict';
import { MAX_KEYS, MAX_MKI_BYTES, readCryptoAttribute } from '@vms/wire/srtp/crypto-attribute.ts';
import { MAX_MIKEY_BYTES, MAX_MIKEY_PAYLOADS, readMikey } from '@vms/wire/srtp/mikey.ts';
import type { SrtpKey } from '@vms/wire/srtp/srtp-key.ts';
import { MAX_SRTP_SOURCES, SrtpReceiver } from '@vms/wire/srtp/srtp-receiver.ts';
import type { TargetBound } from '../fuzz-target.ts';

const INLINE = `inline:${Buffer.alloc(30, 7).toString('base64')}`;
const crypto = (keys: string): string => `1 AES_CM_128_HMAC_SHA1_80 ${keys}`;
/** Without a tag nothing is refused before it is deciphered. */
const OPEN_KEYS = readCryptoAttribute(`${crypto(INLINE)} UNAUTHENTICATED_SRTP`);
const CLOSED_KEYS = readCryptoAttribute(crypto(INLINE));

/** A MIKEY message with so many crypto sessions, whose bytes are then any. */
function mikey(bytes: number, sessions: number): string {
  const message = Buffer.alloc(bytes);
  message.set([1, 0, 11, 0, 0, 0, 0, 1, sessions & 255, 0]);
  return `mikey ${message.toString('base64')}`;
}

/** Packets of so many sources, each behind its length. */
function sources(count: number): Uint8Array {
  const packets = Array.from({ length: count }, (_, ssrc) => {
    const packet = Buffer.alloc(2 + 12 + 20, 0x33);
    packet.writeUInt16BE(packet.length - 2, 0);
    packet.set([0x80, 96, 0, 1], 2);
    packet.writeUInt32BE(ssrc, 10);
    return packet;
  });
  return Buffer.concat([Uint8Array.of(0), ...packets]);
}

const bounds: readonly TargetBound[] = [
  {
    name: 'MAX_KEYS',
    bound: MAX_KEYS,
    input: (count) => Buffer.from(crypto(Array.from({ length: count }, () => INLINE).join(';'))),
  },
  {
    name: 'MAX_MKI_BYTES',
    bound: MAX_MKI_BYTES,
    input: (size) => Buffer.from(crypto(`${INLINE}|2^20|1:${size}`)),
  },
  { name: 'MAX_MIKEY_BYTES', bound: MAX_MIKEY_BYTES, input: (size) => Buffer.from(mikey(size, 1)) },
  {
    name: 'MAX_MIKEY_PAYLOADS',
    bound: MAX_MIKEY_PAYLOADS,
    input: (count) => Buffer.from(mikey(10 + 9 * count, count)),
  },
  { name: 'MAX_SRTP_SOURCES', bound: MAX_SRTP_SOURCES, input: sources },
];

function run(input: Uint8Array): void {
  const text = Buffer.from(input).toString('latin1');
  const keys = readCryptoAttribute(text);
  assert.ok(keys.length <= MAX_KEYS);
  for (const key of keys) checkKey(key);
  const key = readMikey(text);
  if (key !== undefined) checkKey(key);
  for (const known of [OPEN_KEYS, CLOSED_KEYS]) open(new SrtpReceiver(known), input);
}

function checkKey({ masterKey, masterSalt, mki, suite }: SrtpKey): void {
  assert.equal(masterKey.length, suite.keyBytes);
  assert.equal(masterSalt.length, suite.saltBytes);
  assert.ok(mki.length <= 255);
}

function open(receiver: SrtpReceiver, input: Uint8Array): void {
  for (let at = 1; at + 2 <= input.length; ) {
    const end = Math.min(input.length, at + 2 + (((input[at] ?? 0) << 8) | (input[at + 1] ?? 0)));
    const plain = receiver.open(input, at + 2, end);
    assert.ok(plain === undefined || plain.length <= end - at - 2);
    at = end;
  }
}

/** Keys as descriptions bring them, and packets that they protect. */
export const srtp = {
  name: 'srtp',
  seeds: () => [Buffer.from(crypto(`${INLINE}|2^20|1:4`)), Buffer.from(mikey(60, 1)), sources(3)],
  bounds,
  run,
};
