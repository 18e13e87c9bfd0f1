import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf } from './problem.ts';

test('a problem document keeps its code, words and fields', () => {
  const problem = problemOf(422, {
    type: 'about:blank',
    status: 422,
    code: 'request.invalid',
    detail: 'The request is not valid.',
    remedy: 'Mend the fields.',
    errors: [
      { path: '/url', message: 'must start with rtsp', code: 'address.no-scheme' },
      { path: ['body', 'name'], message: 'is missing' },
      'noise',
    ],
  });
  assert.equal(problem.code, 'request.invalid');
  assert.equal(problem.message, 'The request is not valid.');
  assert.equal(problem.remedy, 'Mend the fields.');
  assert.deepEqual(problem.fields, [
    { field: 'url', message: 'must start with rtsp', code: 'address.no-scheme' },
    { field: 'name', message: 'is missing', code: undefined },
  ]);
});

test('whatever else comes back is still a problem with a code', () => {
  for (const body of [undefined, null, 'Bad Gateway', [], { code: 7 }]) {
    const problem = problemOf(502, body);
    assert.equal(problem.code, 'http.502');
    assert.equal(problem.status, 502);
  }
});
