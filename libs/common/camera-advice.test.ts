import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advise, CAMERA_ADVICE, isAdviceCode } from './camera-advice.ts';

test('advice has the severity of its code, and exactly the values that the table names', () => {
  const advice = advise('video.gop-long', { seconds: 12, recommendedSeconds: 2 });
  assert.equal(advice.severity, CAMERA_ADVICE['video.gop-long'].severity);
  assert.deepEqual(Object.keys(advice.values), Object.keys(CAMERA_ADVICE[advice.code].values));
  assert.ok(isAdviceCode('login.not-asked'));
  assert.ok(!isAdviceCode('toString'));
});
