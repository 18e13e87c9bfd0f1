import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Span, Window } from '../timeline/view.ts';
import { findEnds, findStart } from './find-start.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 20, 12);
const { signal } = new AbortController();

/** Answers as the server does: spans that overlap, clipped to the window. */
function recorded(all: readonly Span[]) {
  const asked: Window[] = [];
  const fetchSpans = async (window: Window): Promise<Span[]> => {
    asked.push(window);
    return all
      .filter((span) => span.end > window.from && span.start < window.to)
      .map((span) => ({
        start: Math.max(span.start, window.from),
        end: Math.min(span.end, window.to),
      }));
  };
  return { fetchSpans, asked };
}

test('a recorded instant takes one question', async () => {
  const { fetchSpans, asked } = recorded([{ start: NOW - HOUR, end: NOW }]);
  const start = await findStart(NOW - HOUR / 2, NOW, fetchSpans, signal);
  assert.deepEqual(start, { at: NOW - HOUR / 2, skippedMs: 0 });
  assert.equal(asked.length, 1);
});

test('the next recording is found a week after a gap', async () => {
  const { fetchSpans } = recorded([{ start: NOW - 2 * DAY, end: NOW }]);
  const start = await findStart(NOW - 9 * DAY, NOW, fetchSpans, signal);
  assert.deepEqual(start, { at: NOW - 2 * DAY, skippedMs: 7 * DAY });
});

test('after everything the newest is played', async () => {
  const { fetchSpans } = recorded([{ start: NOW - 40 * DAY, end: NOW - 30 * DAY }]);
  const start = await findStart(NOW - DAY, NOW, fetchSpans, signal);
  assert.ok(start !== undefined && Math.abs(start.at - (NOW - 30 * DAY)) < 10_000);
});

test('nothing at all is said so', async () => {
  const { fetchSpans } = recorded([]);
  assert.equal(await findStart(NOW - DAY, NOW, fetchSpans, signal), undefined);
  assert.equal(await findEnds(NOW, fetchSpans, signal), undefined);
});

test('the ends of what is recorded', async () => {
  const { fetchSpans, asked } = recorded([
    { start: NOW - 3 * DAY, end: NOW - 2 * DAY },
    { start: NOW - DAY, end: NOW },
  ]);
  assert.deepEqual(await findEnds(NOW, fetchSpans, signal), { first: NOW - 3 * DAY, last: NOW });
  assert.ok(asked.every((window) => (window.to - window.from) / window.resolutionMs <= 2001));
});
