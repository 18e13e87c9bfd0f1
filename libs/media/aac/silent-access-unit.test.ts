import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { BitWriter } from '../bit-writer.ts';
import { silentAccessUnit } from './silent-access-unit.ts';

/** ADTS of AAC-LC, 48 kHz (ISO/IEC 14496-3 §1.A.2.2). */
function adts(unit: Uint8Array, configuration: number): Uint8Array {
  const head = new BitWriter().bits(0xfff, 12).bits(0b0001, 4).bits(1, 2).bits(3, 4).bits(0, 1);
  head
    .bits(configuration, 3)
    .bits(0, 4)
    .bits(unit.length + 7, 13)
    .bits(0x7ff, 11)
    .bits(0, 2);
  return Buffer.concat([head.bytes(), unit]);
}

const base = { objectType: 2, sampleRate: 48_000, samplesPerFrame: 1024 };

test('silence is decoded as silence, in every layout of channels', () => {
  for (const [configuration, channels] of [1, 2, 3, 4, 5, 6, 8].entries()) {
    const unit = silentAccessUnit({ ...base, channels });
    assert.ok(unit !== undefined);
    const input = Buffer.concat(Array.from({ length: 4 }, () => adts(unit, configuration + 1)));
    const args = ['-v', 'error', '-f', 'aac', '-i', '-', '-f', 's16le', '-'];
    const { stdout, stderr } = spawnSync('ffmpeg', args, { input });
    assert.equal(stderr.toString(), '', `${channels} channels`);
    assert.equal(stdout.length, 4 * 1024 * channels * 2);
    assert.ok(stdout.every((byte) => byte === 0));
  }
});

test('kinds of AAC that write silence in another way have none', () => {
  assert.equal(silentAccessUnit({ ...base, channels: 2, objectType: 23 }), undefined);
  assert.equal(silentAccessUnit({ ...base, channels: 7 }), undefined);
  assert.ok(silentAccessUnit({ ...base, channels: 1, objectType: 5 }));
});
