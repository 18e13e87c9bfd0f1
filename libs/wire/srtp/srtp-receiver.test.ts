import assert from 'node:assert/strict';
import { createCipheriv, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { writeRtpHeader } from '../rtp/header.ts';
import { SrtpDepacketizer, UNVERIFIED_PACKETS_BEFORE_REPORT } from '../rtp/srtp-depacketizer.ts';
import { MutableStatistics } from '../rtp/statistics.ts';
import { MAX_KEYS, MAX_MKI_BYTES, readCryptoAttribute } from './crypto-attribute.ts';
import { MAX_MIKEY_BYTES, readMikey } from './mikey.ts';
import {
  MAX_ROLLOVER_GUESSES,
  MAX_SRTP_SOURCES,
  REPLAY_WINDOW_PACKETS,
  SrtpReceiver,
} from './srtp-receiver.ts';

// RFC 3711 §B.3: master key and salt, and the session keys that come of them.
const MASTER = 'e1f97a0d3e018be0d64fa32c06de4139';
const SALT = '0ec675ad498afeebb6960b3aabe6';
const CIPHER_KEY = Buffer.from('c61e7a93744f39ee10734afe3ff7a087', 'hex');
const CIPHER_SALT = Buffer.from('30cbbc08863d8c85d49db34a9ae1', 'hex');
const AUTH_KEY = Buffer.from('cebe321f6ff7716b6fd4ab49af256a156d38baa4', 'hex');
const INLINE = Buffer.from(MASTER + SALT, 'hex').toString('base64');

interface Sent {
  readonly rollover?: number;
  readonly ssrc?: number;
  readonly payload?: Uint8Array;
}

/** Protects a packet with the session keys of the RFC. */
function protect(
  sequence: number,
  { rollover = 0, ssrc = 7, payload = Buffer.from('hello') }: Sent = {},
): Buffer {
  const header = Buffer.alloc(12);
  writeRtpHeader(header, 0, { marker: true, payloadType: 96, sequence, timestamp: 9, ssrc });
  const iv = Buffer.alloc(16);
  CIPHER_SALT.copy(iv);
  const index = Buffer.alloc(16);
  index.writeUInt32BE(ssrc, 4);
  index.writeUInt32BE(rollover, 8);
  index.writeUInt16BE(sequence, 12);
  for (let i = 0; i < 16; i++) iv[i] = (iv[i] ?? 0) ^ (index[i] ?? 0);
  const secret = createCipheriv('aes-128-ctr', CIPHER_KEY, iv).update(payload);
  const body = Buffer.concat([header, secret]);
  const roc = Buffer.alloc(4);
  roc.writeUInt32BE(rollover);
  const tag = createHmac('sha1', AUTH_KEY).update(body).update(roc).digest().subarray(0, 10);
  return Buffer.concat([body, tag]);
}

function receiver(): SrtpReceiver {
  return new SrtpReceiver(readCryptoAttribute(`1 AES_CM_128_HMAC_SHA1_80 inline:${INLINE}`));
}

function opens(target: SrtpReceiver, packet: Buffer): boolean {
  const plain = target.open(packet, 0, packet.length);
  if (plain !== undefined) assert.equal(Buffer.from(plain.subarray(12)).toString(), 'hello');
  return plain !== undefined;
}

test('the keys of RFC 3711 §B.3 open what they protect, and any changed bit does not', () => {
  const packet = protect(5);
  for (let bit = 0; bit < packet.length * 8; bit++) {
    const changed = Buffer.from(packet);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.ok(!opens(receiver(), changed), `bit ${bit}`);
  }
  for (let length = 0; length < packet.length; length++) {
    assert.ok(!opens(receiver(), packet.subarray(0, length)), `${length} bytes`);
  }
  assert.ok(opens(receiver(), packet));
});

test('a header with extension and sources stays in the clear', () => {
  const target = receiver();
  const packet = Buffer.from(protect(5));
  packet[0] = 0x9f;
  assert.ok(!opens(target, packet), 'an extension beyond the packet');
});

test('numbers roll over both ways, late packets come once, and older ones not at all', () => {
  const target = receiver();
  assert.ok(opens(target, protect(65_534)));
  assert.ok(opens(target, protect(1, { rollover: 1 })));
  assert.ok(opens(target, protect(65_535)), 'late, of the count before');
  assert.ok(!opens(target, protect(65_535)), 'and once');
  assert.ok(opens(target, protect(REPLAY_WINDOW_PACKETS + 1, { rollover: 1 })));
  assert.ok(opens(target, protect(2, { rollover: 1 })), 'the oldest of the window');
  assert.ok(!opens(target, protect(1, { rollover: 1 })));
  assert.ok(!opens(target, protect(0, { rollover: 1 })), 'behind the window');
});

test(`a source that has run for up to ${MAX_ROLLOVER_GUESSES} counts is found`, () => {
  assert.ok(opens(receiver(), protect(9, { rollover: MAX_ROLLOVER_GUESSES - 1 })));
  assert.ok(!opens(receiver(), protect(9, { rollover: MAX_ROLLOVER_GUESSES })));
});

test(`at most ${MAX_SRTP_SOURCES} sources are followed, and only those that verify`, () => {
  const target = receiver();
  for (let ssrc = 0; ssrc < 100; ssrc++) assert.ok(!opens(target, Buffer.alloc(40, 0x80 | ssrc)));
  for (let ssrc = 1; ssrc <= MAX_SRTP_SOURCES; ssrc++)
    assert.ok(opens(target, protect(1, { ssrc })));
  assert.ok(!opens(target, protect(1, { ssrc: 1 })), 'still known');
  assert.ok(opens(target, protect(1, { ssrc: 99 })));
  assert.ok(opens(target, protect(1, { ssrc: 1 })), 'forgotten for a newer one');
});

test('lines of a=crypto that cannot be followed give no key (RFC 4568 §6)', () => {
  const keys = (text: string): number => readCryptoAttribute(text).length;
  const suite = '1 AES_CM_128_HMAC_SHA1_80';
  assert.equal(keys(`${suite} inline:${INLINE}`), 1);
  assert.equal(keys(`${suite} inline:${INLINE}|2^20|1:4;inline:${INLINE}|2^20|2:4`), 2);
  assert.equal(keys(`${suite} inline:${INLINE} UNENCRYPTED_SRTCP WSH=128 -X=1 kdr=0`), 1);
  const refused = [
    ...['KDR=1', 'FEC_KEY=inline:x', 'X=1'].map((word) => `${suite} inline:${INLINE} ${word}`),
    `1 F8_128_HMAC_SHA1_80 inline:${INLINE}`,
    `${suite} inline:${INLINE.slice(0, 36)}`,
    `${suite} other:${INLINE}`,
    `${suite} inline:${INLINE}|300:1`,
    `${suite} inline:${INLINE}|1:${MAX_MKI_BYTES + 1}`,
    `${suite} inline:${INLINE}|1:x`,
    '',
  ];
  for (const text of refused) assert.equal(keys(text), 0, text);
  assert.equal(keys(`${suite} inline:${INLINE}|1:${MAX_MKI_BYTES}`), 1);
  const many = Array.from({ length: MAX_KEYS + 1 }, (_, i) => `inline:${INLINE}|${i}:1`).join(';');
  assert.equal(keys(`${suite} ${many}`), MAX_KEYS);
});

test('what is not encrypted, or not authenticated, is taken as the description says', () => {
  const suite = `1 AES_CM_128_HMAC_SHA1_80 inline:${INLINE}`;
  const loose = new SrtpReceiver(readCryptoAttribute(`${suite} UNAUTHENTICATED_SRTP`));
  assert.ok(opens(loose, protect(5).subarray(0, -10)));
  const open = new SrtpReceiver(readCryptoAttribute(`${suite} UNENCRYPTED_SRTP`));
  const packet = Buffer.concat([protect(5).subarray(0, 12), Buffer.from('hello')]);
  const tag = createHmac('sha1', AUTH_KEY).update(packet).update(Buffer.alloc(4)).digest();
  assert.ok(opens(open, Buffer.concat([packet, tag.subarray(0, 10)])));
});

/**
 * As GStreamer 1.22 writes it: header with one crypto session, policy, time, random, key.
 *
 * ```
 * 01 00 0a 00 csb id (4) 01 00   policy 00, SSRC (4), ROC (4)
 * 05 00 00 (2) parameters        0b 00 time (8)   01 10 random (16)
 * 00 00 (2) key data   MAC 00
 * ```
 */
function mikey(changes: { cipher?: number; type?: number; encryption?: number } = {}): string {
  const { cipher = 1, type = 2, encryption = 0 } = changes;
  const policy = `0001${cipher.toString(16).padStart(2, '0')}` + '010110' + '020101' + '0b010a';
  const size = (policy.length / 2).toString(16).padStart(4, '0');
  const keyData = `00${type}0001e${MASTER}${SALT}`;
  const keySize = (keyData.length / 2).toString(16).padStart(4, '0');
  const hex =
    `01000a00000000010100` +
    `00${'00000007'}${'00000002'}` +
    `050000${size}${policy}` +
    `0b00${'11'.repeat(8)}` +
    `0110${'22'.repeat(16)}` +
    `00${encryption.toString(16).padStart(2, '0')}${keySize}${keyData}00`;
  return `mikey ${Buffer.from(hex, 'hex').toString('base64')}`;
}

test('a traffic key of MIKEY opens packets, from the rollover counter that it names', () => {
  const key = readMikey(mikey());
  assert.ok(key);
  assert.equal(key.suite.name, 'AES_CM_128_HMAC_SHA1_80');
  const target = new SrtpReceiver([key]);
  assert.ok(!opens(target, protect(3, { rollover: 1 })));
  assert.ok(opens(target, protect(3, { rollover: 2 })));
});

test('other messages of MIKEY give no key', () => {
  for (const text of [
    mikey({ cipher: 2 }),
    mikey({ type: 0 }),
    mikey({ encryption: 1 }),
    mikey({ cipher: 6 }),
    'mikey !!!',
    'other AAAA',
    'mikey ',
    `mikey ${Buffer.alloc(MAX_MIKEY_BYTES + 1, 1).toString('base64')}`,
  ]) {
    assert.equal(readMikey(text), undefined, text.slice(0, 40));
  }
  const whole = Buffer.from(mikey().slice(6), 'base64');
  for (let length = 0; length < whole.length - 1; length++) {
    assert.equal(readMikey(`mikey ${whole.subarray(0, length).toString('base64')}`), undefined);
  }
});

test(`keys are reported as wrong at ${UNVERIFIED_PACKETS_BEFORE_REPORT} packets that do not verify, unless one did`, () => {
  for (const isRightKey of [false, true]) {
    let reports = 0;
    const statistics = new MutableStatistics();
    const inner = { statistics, reception: undefined, push() {}, end() {} };
    const sink = { onAccessUnit() {}, onUnverifiable: () => reports++ };
    const keys = readCryptoAttribute(`1 AES_CM_128_HMAC_SHA1_80 inline:${INLINE}`);
    const depacketizer = new SrtpDepacketizer(inner, keys, sink);
    const push = (packet: Buffer): void => depacketizer.push(packet, 0, packet.length);
    if (isRightKey) push(protect(1));
    const foreign = Buffer.alloc(40, 0x80);
    for (let i = 1; i < UNVERIFIED_PACKETS_BEFORE_REPORT; i++) push(foreign);
    assert.equal(reports, 0);
    push(foreign);
    assert.equal(reports, isRightKey ? 0 : 1);
    push(foreign);
    assert.equal(reports, isRightKey ? 0 : 1, 'once');
    assert.equal(statistics.unverifiedPackets, UNVERIFIED_PACKETS_BEFORE_REPORT + 1);
  }
});
