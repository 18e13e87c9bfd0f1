import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { holeAround, lostBefore } from './coverage.ts';

const every40ms = (from: number, to: number) =>
  Array.from({ length: (to - from) / 40 + 1 }, (_, i) => from + i * 40);

describe('coverage around a kill', () => {
  it('finds nothing lost where the frames around the kill join', () => {
    assert.equal(lostBefore(1010, every40ms(0, 2000)), 0);
    assert.equal(holeAround(1010, every40ms(0, 2000)), 0);
  });

  it('counts from the last held frame to the kill, and the hole to the next frame', () => {
    const times = [...every40ms(0, 800), ...every40ms(1600, 2000)];
    assert.equal(lostBefore(1000, times), 200);
    assert.equal(holeAround(1000, times), 800);
  });

  it('refuses to compare what was never recorded around the kill', () => {
    assert.throws(() => lostBefore(10, every40ms(40, 80)));
    assert.throws(() => lostBefore(100, every40ms(40, 80)));
    assert.throws(() => lostBefore(100, []));
  });
});
