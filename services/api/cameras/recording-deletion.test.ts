import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALERT_KINDS } from '@vms/common/alert.ts';
import { DELETION_RETRY_LONGEST_MS, DELETION_SETTLED_MS } from '../bounds.ts';
import { startApi, until } from '../testing/api-harness.ts';

const cameras = '/api/v1/cameras';

test('recordings go when asked: at once, and once more for what was recorded in between', async (t) => {
  const api = await startApi(t);
  await api.signIn();
  const { id } = await api.addCamera();
  const { status } = await api.ask('DELETE', `${cameras}/${id}?recordings=delete`);
  assert.equal(status, 204);
  await until(() => api.fake.deleted.length === 1);
  await until(() => {
    api.clock.advance(DELETION_SETTLED_MS);
    return api.fake.deleted.length === 2;
  });
  assert.deepEqual(api.fake.deleted, [id, id]);
  await api.api.stop();
  const again = await startApi(t, { again: api });
  await again.api.stop();
  assert.equal(api.fake.deleted.length, 2);
});

test('a deletion waits for storage, tells an alarm, and survives a restart', async (t) => {
  const first = await startApi(t);
  await first.signIn();
  const { id } = await first.addCamera();
  first.fake.fails = true;
  await first.ask('DELETE', `${cameras}/${id}?recordings=delete`);
  const alarms = async () =>
    (await first.ask('GET', '/api/v1/system')).json.alarms.map((a: { code: string }) => a.code);
  await until(async () => {
    first.clock.advance(ALERT_KINDS['deletion.pending'].opensAfterMs);
    return (await alarms()).includes('deletion.pending');
  });
  assert.match(first.logs.join(''), /deleting them is tried again/);
  await first.api.stop();
  assert.deepEqual(first.fake.deleted, []);
  const second = await startApi(t, { again: first });
  second.fake.fails = false;
  await until(() => {
    second.clock.advance(DELETION_RETRY_LONGEST_MS);
    return second.fake.deleted.length > 0;
  });
  assert.deepEqual([...new Set(second.fake.deleted)], [id]);
});
