import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { readCryptoAttribute } from '@vms/wire/srtp/crypto-attribute.ts';
import { SrtpReceiver } from '@vms/wire/srtp/srtp-receiver.ts';

const SENDER = join(import.meta.dirname, '..', 'fixtures', 'gstreamer', 'srtp_packets.py');

interface Pair {
  readonly plain: string;
  readonly protected: string;
}

/** Packets of one second as they are and as libsrtp protects them: not ours, as a mistake would be. */
async function packetsOf(args: readonly string[]): Promise<Pair[]> {
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [SENDER, ...args], {
    maxBuffer: 64 * 1024 * 1024,
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Pair);
}

for (const [suite, cipher, auth, bytes, mki, parameters] of [
  ['AES_CM_128_HMAC_SHA1_80', 'aes-128-icm', 'hmac-sha1-80', 30, '', ''],
  ['AES_CM_128_HMAC_SHA1_32', 'aes-128-icm', 'hmac-sha1-32', 30, '', ''],
  ['AES_256_CM_HMAC_SHA1_80', 'aes-256-icm', 'hmac-sha1-80', 46, '', ''],
  ['AEAD_AES_128_GCM', 'aes-128-gcm', 'null', 28, '', ''],
  ['AEAD_AES_256_GCM', 'aes-256-gcm', 'null', 44, '', ''],
  ['AES_CM_128_HMAC_SHA1_80', 'aes-128-icm', 'hmac-sha1-80', 30, '00000007', '|2^20|7:4'],
] as const) {
  test(`${suite}${parameters}: what libsrtp protects is opened, over a rollover of the numbers`, {
    timeout: 60_000,
  }, async () => {
    const secret = Buffer.from(Array.from({ length: bytes }, (_, index) => 7 * index + 1));
    const args = [cipher, auth, secret.toString('hex'), ...(mki === '' ? [] : [mki])];
    const pairs = await packetsOf(args);
    assert.ok(pairs.length > 20, `${pairs.length} packets`);
    const inline = `1 ${suite} inline:${secret.toString('base64')}${parameters}`;
    const receiver = new SrtpReceiver(readCryptoAttribute(inline));
    for (const pair of pairs) {
      const packet = Buffer.from(pair.protected, 'hex');
      const opened = receiver.open(packet, 0, packet.length);
      assert.equal(Buffer.from(opened ?? []).toString('hex'), pair.plain);
      assert.equal(receiver.open(packet, 0, packet.length), undefined, 'a replay is not taken');
    }
    assert.equal(receiver.verified, pairs.length);
  });
}
