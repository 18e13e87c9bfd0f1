import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { ALERT_KINDS, type Alert } from '@vms/common/alert.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { migrate } from '@vms/database/migrations.ts';
import { openSqlite } from '@vms/database/sqlite.ts';
import { API_MIGRATIONS } from '../database/migrations.ts';
import type { ApiSchema } from '../database/schema.ts';
import { AlertBook } from './alert-book.ts';
import { AlertStore } from './alert-store.ts';
import { LONGEST_CALM_MS, MAX_ALERT_AGE_MS, MAX_CLOSED_ALERTS } from './bounds.ts';
import { alertsConfigSchema } from './config.ts';
import type { Condition, Findings, Problem } from './find-problems.ts';

const down: Problem = {
  code: 'camera.down',
  subject: { kind: 'camera', id: 'cam_a', name: 'Door' },
  detail: 'Nobody answers.',
  values: { state: 'unreachable' },
};
const { opensAfterMs, closesAfterMs } = ALERT_KINDS['camera.down'];
const trouble: Findings = { problems: [down], conditionOf: () => 'well' };
const calm = (condition: Condition): Findings => ({ problems: [], conditionOf: () => condition });

function alertOf(problem: Problem): Alert {
  return { ...problem, id: 'alert_a', severity: 'critical', openedAt: 0, closedAt: null };
}

async function openBook(t: TestContext, config = {}) {
  const database = openSqlite<ApiSchema>({ path: ':memory:' });
  t.after(() => database.close());
  const clock = new ManualClock();
  await migrate(database, API_MIGRATIONS, clock);
  const store = new AlertStore(database.queries);
  const options = { store, clock, random: randomBytes, config: alertsConfigSchema.parse(config) };
  return { clock, store, database, options, book: new AlertBook(options) };
}

test('opens after its patience, once, and closes after calm', async (t) => {
  const { book, store, clock } = await openBook(t);
  const seenAt = clock.now();
  assert.equal(await book.take(trouble), opensAfterMs);
  assert.equal(book.open.length, 0);
  clock.advance(opensAfterMs - 1);
  assert.equal(await book.take(trouble), 1);
  assert.equal(book.open.length, 0);
  clock.advance(1);
  await book.take(trouble);
  await book.take(trouble);
  const [alert] = book.open;
  assert.equal(book.open.length, 1);
  assert.deepEqual(
    [alert?.code, alert?.severity, alert?.openedAt, alert?.closedAt, alert?.detail],
    ['camera.down', 'critical', seenAt, null, 'Nobody answers.'],
  );
  assert.deepEqual(await store.page('open', 10, undefined), [...book.open]);
  assert.equal(await book.take(calm('well')), closesAfterMs);
  clock.advance(closesAfterMs - 1);
  await book.take(calm('well'));
  assert.equal(book.open.length, 1);
  clock.advance(1);
  await book.take(calm('well'));
  assert.equal(book.open.length, 0);
  const [closed] = await store.page('all', 10, undefined);
  assert.deepEqual([closed?.id, closed?.closedAt], [alert?.id, clock.now()]);
});

test('a trouble that passes within the patience is none', async (t) => {
  const { book, store, clock } = await openBook(t);
  for (let i = 0; i < 20; i++) {
    await book.take(trouble);
    clock.advance(opensAfterMs - 1);
    await book.take(trouble);
    await book.take(calm('well'));
  }
  assert.deepEqual(await store.page('all', 10, undefined), []);
});

test('calm that is interrupted begins again', async (t) => {
  const { book, clock } = await openBook(t, { opensAfterSeconds: { 'camera.down': 0 } });
  await book.take(trouble);
  for (let i = 0; i < 5; i++) {
    await book.take(calm('well'));
    clock.advance(closesAfterMs - 1);
    await book.take(trouble);
  }
  assert.equal(book.open.length, 1);
});

test('where nobody can tell, nothing opens and nothing closes', async (t) => {
  const { book, clock } = await openBook(t);
  await book.take(trouble);
  clock.advance(opensAfterMs);
  await book.take(calm('unknown'));
  await book.take(trouble);
  assert.equal(book.open.length, 0, 'its patience began again');
  clock.advance(opensAfterMs);
  await book.take(trouble);
  clock.advance(24 * 3600_000);
  await book.take(calm('unknown'));
  clock.advance(24 * 3600_000);
  await book.take(calm('unknown'));
  assert.equal(book.open.length, 1);
  await book.take(calm('gone'));
  assert.equal(book.open.length, 0, 'a camera that a person switched off is closed at once');
});

test('what is open goes on after a restart and is not opened twice', async (t) => {
  const { book, store, clock, options } = await openBook(t);
  await book.take(trouble);
  clock.advance(opensAfterMs);
  await book.take(trouble);
  const again = new AlertBook(options);
  await again.load();
  assert.deepEqual(again.open, book.open);
  await again.take(trouble);
  clock.advance(opensAfterMs);
  await again.take(trouble);
  assert.equal((await store.page('all', 10, undefined)).length, 1);
  await again.take(calm('well'));
  clock.advance(closesAfterMs);
  await again.take(calm('well'));
  assert.deepEqual(await store.open(), []);
});

test('what flaps needs more and more calm, up to a bound', async (t) => {
  const { book, store, clock } = await openBook(t);
  const calms: number[] = [];
  for (let i = 0; i < 12; i++) {
    await book.take(trouble);
    clock.advance(opensAfterMs);
    await book.take(trouble);
    assert.equal(book.open.length, 1);
    calms.push((await book.take(calm('well'))) ?? -1);
    clock.advance(calms.at(-1) ?? 0);
    await book.take(calm('well'));
    assert.equal(book.open.length, 0);
  }
  assert.deepEqual(
    calms.slice(0, 4),
    [1, 2, 4, 8].map((times) => times * closesAfterMs),
  );
  assert.ok(calms.every((ms) => ms <= LONGEST_CALM_MS));
  const began = (await store.page('all', 100, undefined)).at(-1)?.openedAt ?? 0;
  const inFirstHour = (await store.page('all', 100, undefined)).filter(
    ({ openedAt }) => openedAt < began + 3600_000,
  );
  assert.ok(inFirstHour.length <= 8, `${inFirstHour.length} in an hour`);
});

test('the database itself refuses a second open alert of a code and subject', async (t) => {
  const { book, store, clock } = await openBook(t, { opensAfterSeconds: { 'camera.down': 0 } });
  await book.take(trouble);
  const [alert] = book.open;
  assert.ok(alert);
  const twin = { ...alert, id: 'alert_twin' };
  await assert.rejects(store.apply({ opened: [twin], closed: [] }, clock.now()), /UNIQUE/);
});

test('history is bounded by rows and by age; what is open stays', async (t) => {
  const { store, clock, database } = await openBook(t);
  const start = clock.now();
  const rows = MAX_CLOSED_ALERTS + 50;
  database.connection.exec(`
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows})
    insert into alert
    select 'alert_' || i, 'camera.down', 'camera', 'cam_a', 'Door', 'critical', '', '{}',
      ${start} + i, ${start} + i from n`);
  const open = { ...alertOf(down), id: 'alert_open', openedAt: start - MAX_ALERT_AGE_MS };
  await store.apply({ opened: [open], closed: [] }, clock.now());
  const count = async () =>
    (await database.queries.selectFrom('alert').select('id').execute()).length;
  assert.equal(await count(), MAX_CLOSED_ALERTS + 1);
  const kept = await store.page('all', 1, undefined);
  assert.equal(kept[0]?.id, `alert_${rows}`, 'the newest stay');
  clock.advance(MAX_ALERT_AGE_MS + 3600_000);
  await store.apply({ opened: [], closed: [] }, clock.now());
  assert.deepEqual(
    (await store.page('all', 10, undefined)).map(({ id }) => id),
    ['alert_open'],
  );
});
