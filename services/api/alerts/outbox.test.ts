import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { migrate } from '@vms/database/migrations.ts';
import { openSqlite } from '@vms/database/sqlite.ts';
import { API_MIGRATIONS } from '../database/migrations.ts';
import type { ApiSchema } from '../database/schema.ts';
import { AlertStore } from './alert-store.ts';
import { MAX_WAITING } from './bounds.ts';
import { Outbox } from './outbox.ts';

test('the box is bounded: the oldest messages of a channel go', async (t) => {
  const database = openSqlite<ApiSchema>({ path: ':memory:' });
  t.after(() => database.close());
  const clock = new ManualClock();
  await migrate(database, API_MIGRATIONS, clock);
  const { queries } = database;
  const outbox = new Outbox({ queries, random: randomBytes, channels: ['a', 'b'] });
  const store = new AlertStore(queries, outbox);
  const opened = Array.from({ length: MAX_WAITING + 3 }, (_, i) => ({
    id: `alert_${i}`,
    code: 'camera.down' as const,
    severity: 'critical' as const,
    subject: { kind: 'camera' as const, id: `cam_${i}`, name: `Camera ${i}` },
    openedAt: clock.now(),
    closedAt: null,
    detail: '',
    values: {},
  }));
  await store.apply({ opened, closed: [] }, clock.now());
  assert.equal(await outbox.expire('a', clock.now()), 3);
  assert.equal((await outbox.state('a')).waiting, MAX_WAITING);
  assert.equal(
    (await outbox.state('b')).waiting,
    MAX_WAITING + 3,
    'each channel has its own bound',
  );
  const [first] = await outbox.next('a', 1);
  assert.equal(first?.message.alert?.id, 'alert_3');
  const twin = opened.slice(0, 1);
  await assert.rejects(store.apply({ opened: twin, closed: [] }, clock.now()));
  assert.equal((await outbox.state('a')).waiting, MAX_WAITING, 'no alert, no message');
});
