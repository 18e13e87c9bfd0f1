import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { descriptorsOf, kbPerView, residentKb, threadsOf } from './process-memory.ts';

/** A heap that fills and is collected, over what is kept. */
function samples(keptKb: (views: number) => number) {
  return Array.from({ length: 1000 }, (_, views) => ({
    views,
    kb: keptKb(views) + 800 * (views % 25),
  }));
}

describe('memory per view', () => {
  it('finds what is kept below a heap that fills and is collected', () => {
    assert.ok(Math.abs(kbPerView(samples((views) => 100_000 + 5 * views)) - 5) < 0.5);
    assert.ok(Math.abs(kbPerView(samples(() => 100_000))) < 0.5);
  });

  it('leaves the warm-up out', () => {
    const warm = (views: number): number => 100_000 + 400 * Math.min(views, 240);
    assert.ok(Math.abs(kbPerView(samples(warm))) < 0.5);
  });

  it('says nothing of too few samples', () => {
    assert.equal(kbPerView([]), 0);
    assert.equal(kbPerView([{ views: 3, kb: 1 }]), 0);
  });

  it('reads this process', () => {
    assert.ok(residentKb(process.pid) > 10_000);
    assert.ok(threadsOf(process.pid) > 1);
    assert.ok(descriptorsOf(process.pid) > 2);
  });
});
