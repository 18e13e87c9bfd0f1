import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createG711Config, decodePcma, decodePcmu } from './g711.ts';

test('mu-law: the ends, the zeros and the steps of ITU-T G.711 table 2', () => {
  const codes = Uint8Array.of(0x00, 0x80, 0x7f, 0xff, 0x8f, 0x70, 0xf0);
  assert.deepEqual([...decodePcmu(codes)], [-32124, 32124, 0, 0, 16764, -120, 120]);
});

test('A-law: the ends, the smallest and the steps of ITU-T G.711 table 1', () => {
  const codes = Uint8Array.of(0x2a, 0xaa, 0x55, 0xd5, 0x45, 0xc5);
  assert.deepEqual([...decodePcma(codes)], [-32256, 32256, -8, 8, -264, 264]);
});

test('every code has its own value but for the two zeros of mu-law, and signs mirror', () => {
  const all = Uint8Array.from({ length: 256 }, (_, code) => code);
  assert.equal(new Set(decodePcmu(all)).size, 255);
  assert.equal(new Set(decodePcma(all)).size, 256);
  const pcma = decodePcma(all);
  const pcmu = decodePcmu(all);
  for (let code = 0; code < 128; code++) {
    assert.equal((pcma[code] ?? 0) + (pcma[code + 128] ?? 0), 0);
    assert.equal((pcmu[code] ?? 0) + (pcmu[code + 128] ?? 0), 0);
  }
});

test('the configuration has no record', () => {
  assert.deepEqual(createG711Config('pcma', 8000, 1), {
    kind: 'audio',
    codec: 'pcma',
    sampleRate: 8000,
    channels: 1,
    record: new Uint8Array(0),
    codecString: 'pcma',
  });
});
