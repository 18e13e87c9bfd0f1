import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiProblem } from '../api/problem.ts';
import { NotPlayable, stallAfterMs, troubleOf, waitMs } from './patience.ts';

test('what passes by itself is told from what stays', () => {
  const cases: [unknown, string][] = [
    [undefined, 'passing'],
    [new Error('anything'), 'passing'],
    [new ApiProblem('web.unreachable', 0), 'passing'],
    [new ApiProblem('rpc.unreachable', 503), 'passing'],
    [new ApiProblem('stream.too-many-offers', 429), 'passing'],
    [new ApiProblem('stream.no-frames', 503), 'no-picture'],
    [new ApiProblem('stream.limit-reached', 409), 'lasting'],
    [new ApiProblem('camera.not-found', 404), 'lasting'],
    [new NotPlayable('stream.h265-not-playable'), 'lasting'],
    [new NotPlayable('stream.no-frames'), 'no-picture'],
  ];
  for (const [thrown, trouble] of cases) assert.equal(troubleOf(thrown), trouble);
});

test('a process that is started again is found within 5 s, without a storm', () => {
  let total = 0;
  let tries = 0;
  while (total < 5000) total += waitMs('passing', ++tries, () => 0);
  assert.ok(tries >= 6 && tries <= 10, `${tries} tries`);
  assert.equal(
    waitMs('passing', 100, () => 0),
    8000,
  );
  assert.ok(waitMs('passing', 100, () => 1) < 8000, 'viewers do not come back in step');
});

test('silence is judged by how often something comes', () => {
  assert.equal(stallAfterMs(40), 1500);
  assert.equal(stallAfterMs(500), 3000);
  assert.equal(stallAfterMs(Number.POSITIVE_INFINITY), 6000);
});
