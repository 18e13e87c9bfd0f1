import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, MIN_OTHER_CODING_UNITS, OTHER_CODING_MS, type Signs } from './stall.ts';

const LIMITS = { noFramesMs: 10_000, reconnectMs: 30_000 };
const SILENT: Signs = {
  framesSilentMs: 12_000,
  packetsSilentMs: 0,
  deadMs: 0,
  hadFrames: false,
  sawPictures: false,
  oversized: 0,
  awaitsConfiguration: false,
  videoPackets: 100,
  foreignUnits: 0,
};

test('why no frames come is reported by what was seen', () => {
  const cases: readonly (readonly [Partial<Signs>, RegExp])[] = [
    [{ packetsSilentMs: 12_000 }, /sends no video\./],
    [{ packetsSilentMs: 12_000, hadFrames: true }, /its video has stopped\./],
    [{ awaitsConfiguration: true }, /without the parameter sets/],
    [{ oversized: 3 }, /sends pictures of over 8 MiB, which are left out\./],
    [{ sawPictures: true }, /neither a keyframe nor a recovery point/],
    [{}, /no whole picture has come/],
  ];
  for (const [signs, words] of cases) {
    assert.match(judge(LIMITS, { ...SILENT, ...signs })?.error.message ?? '', words);
  }
  assert.equal(judge(LIMITS, { ...SILENT, framesSilentMs: 9_999 }), undefined);
});

test('a session that brings another coding than described is ended soon', () => {
  const other = { ...SILENT, framesSilentMs: OTHER_CODING_MS, videoPackets: 20, foreignUnits: 15 };
  const verdict = judge(LIMITS, other);
  assert.equal(verdict?.reconnect, true);
  assert.match(verdict?.error.message ?? '', /in another codec than it described/);
  for (const changes of [
    { framesSilentMs: OTHER_CODING_MS - 1 },
    { foreignUnits: MIN_OTHER_CODING_UNITS - 1, videoPackets: MIN_OTHER_CODING_UNITS },
    // Data of the maker's own beside packets that are lost in part.
    { foreignUnits: 10 },
  ]) {
    assert.equal(judge(LIMITS, { ...other, ...changes }), undefined);
  }
});
