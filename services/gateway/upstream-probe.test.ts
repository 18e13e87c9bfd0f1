import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { HEALTHY, nobody, upstream } from './testing/gateway-harness.ts';
import { MISSES_TO_FAIL, UpstreamProbe } from './upstream-probe.ts';

test('a service that is late once is well, and failing when it is late again', async (t) => {
  let answers = true;
  const url = await upstream(t, (request, response) => {
    if (answers) HEALTHY(request, response);
  });
  const probe = new UpstreamProbe(url, new ManualClock());
  await probe.ask();
  assert.equal(probe.last.status, 'ok');
  answers = false;
  for (let miss = 1; miss < MISSES_TO_FAIL; miss++) await probe.ask();
  assert.equal(probe.last.status, 'ok');
  await probe.ask();
  assert.equal(probe.last.status, 'failing');
  assert.match(probe.last.message ?? '', /did not answer within/);
  answers = true;
  await probe.ask();
  assert.equal(probe.last.status, 'ok');
});

test('a service that does not run is failing at once', async () => {
  const probe = new UpstreamProbe(await nobody(), new ManualClock());
  await probe.ask();
  assert.deepEqual(probe.last, { status: 'failing', message: 'It is not running.' });
});
