import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  barsOf,
  keepNearNow,
  MAX_VIEW_MS,
  MIN_VIEW_MS,
  pan,
  placeOf,
  reveal,
  spanOf,
  timeAt,
  viewAround,
  windowOf,
  xOf,
  zoom,
} from './view.ts';

const T = Date.UTC(2026, 10, 20);
const HOUR = 3_600_000;
const view = { from: T, to: T + HOUR };

test('pixels and instants undo each other', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1600, noNaN: true }), (x) => {
      assert.ok(Math.abs(xOf(timeAt(x, view, 1600), view, 1600) - x) < 1e-3);
    }),
    { seed: 2 },
  );
});

test('zooming keeps the anchor where it is and stays within bounds', () => {
  const anchor = T + HOUR / 4;
  const closer = zoom(view, 0.5, anchor);
  assert.equal(xOf(anchor, closer, 1000), 250);
  assert.equal(spanOf(closer), HOUR / 2);
  assert.equal(spanOf(zoom(view, 1e-9, anchor)), MIN_VIEW_MS);
  assert.equal(spanOf(zoom(view, 1e9, anchor)), MAX_VIEW_MS);
});

test('a view never leaves for the future', () => {
  assert.deepEqual(keepNearNow(pan(view, 10 * HOUR), T + HOUR), {
    from: T + HOUR / 2,
    to: T + 1.5 * HOUR,
  });
  assert.equal(keepNearNow(view, T + HOUR), view);
});

test('revealing moves no more than needed', () => {
  assert.equal(reveal(view, T + HOUR / 2), view);
  assert.ok(Math.abs(xOf(T + 2 * HOUR, reveal(view, T + 2 * HOUR), 100) - 90) < 1e-6);
  assert.ok(Math.abs(xOf(T - HOUR, reveal(view, T - HOUR), 100) - 10) < 1e-6);
});

test('the window asked for covers the view and stands still while panning a little', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: MIN_VIEW_MS, max: MAX_VIEW_MS }),
      fc.integer({ min: -HOUR, max: HOUR }),
      (length, shift) => {
        const shown = viewAround(T + shift, length);
        const window = windowOf(shown, 1200);
        assert.ok(window.from <= shown.from && window.to >= shown.to);
        assert.ok(spanOf(window) <= 5 * length);
        assert.ok(window.resolutionMs <= Math.max(1, length / 1200));
      },
    ),
    { seed: 3 },
  );
  assert.deepEqual(windowOf(view, 1200), windowOf(pan(view, 5000), 1200));
});

test('bars are clipped, at least a pixel wide, and joined where no gap can be seen', () => {
  const bars = barsOf(
    [
      { start: T - HOUR, end: T + HOUR / 4 },
      { start: T + HOUR / 4 + 1, end: T + HOUR / 2 },
      { start: T + HOUR / 2 + 60_000, end: T + HOUR / 2 + 60_001 },
      { start: T + 2 * HOUR, end: T + 3 * HOUR },
    ],
    view,
    1200,
  );
  assert.deepEqual(
    bars.map(({ x, width }) => ({ x: Math.round(x), width: Math.round(width) })),
    [
      { x: 0, width: 600 },
      { x: 620, width: 1 },
    ],
  );
});

test('an instant is inside, between, before or after what is recorded', () => {
  const first = { start: 10, end: 20 };
  const second = { start: 30, end: 40 };
  const spans = [first, second];
  assert.deepEqual(placeOf(spans, 10), { inside: first });
  assert.deepEqual(placeOf(spans, 20), { before: first, after: second });
  assert.deepEqual(placeOf(spans, 5), { after: first });
  assert.deepEqual(placeOf(spans, 40), { before: second });
  assert.deepEqual(placeOf([], 5), {});
});
