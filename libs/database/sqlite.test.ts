import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { type Migration, migrate, schemaVersion } from './migrations.ts';
import { BUSY_TIMEOUT_MS, openSqlite } from './sqlite.ts';

interface Schema {
  camera: { id: string; enabled: number; bytes: number };
}

const first: Migration = {
  version: 1,
  name: 'cameras',
  async up(queries) {
    await queries.schema
      .createTable('camera')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('enabled', 'integer')
      .addColumn('bytes', 'integer')
      .execute();
  },
};
const failing: Migration = {
  version: 2,
  name: 'fails half way',
  async up(queries) {
    await queries.schema.alterTable('camera').addColumn('extra', 'text').execute();
    throw new Error('half way');
  },
};

function folder(t: { after(fn: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'vms-database-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('opens with the settings that survive a power cut', async (t) => {
  const database = openSqlite<Schema>({ path: join(folder(t), 'a.sqlite') });
  t.after(() => database.close());
  const pragma = (name: string) =>
    Object.values(database.connection.prepare(`pragma ${name}`).get() ?? {})[0];
  assert.equal(pragma('journal_mode'), 'wal');
  assert.equal(pragma('synchronous'), 2);
  assert.equal(pragma('busy_timeout'), BUSY_TIMEOUT_MS);
  assert.equal(pragma('foreign_keys'), 1);
});

test('queries run typed, booleans are stored as 0 and 1, big integers survive', async (t) => {
  const database = openSqlite<Schema>({ path: ':memory:' });
  t.after(() => database.close());
  await migrate(database, [first], new ManualClock());
  const bytes = 2 ** 50;
  await database.queries
    .insertInto('camera')
    .values({ id: 'a', enabled: true as unknown as number, bytes })
    .execute();
  assert.deepEqual(
    { ...(await database.queries.selectFrom('camera').selectAll().executeTakeFirst()) },
    { id: 'a', enabled: 1, bytes },
  );
  const deleted = await database.queries
    .deleteFrom('camera')
    .where('id', '=', 'a')
    .executeTakeFirst();
  assert.equal(deleted.numDeletedRows, 1n);
});

test('a transaction that throws leaves nothing behind', async (t) => {
  const database = openSqlite<Schema>({ path: ':memory:' });
  t.after(() => database.close());
  await migrate(database, [first], new ManualClock());
  await assert.rejects(
    database.queries.transaction().execute(async (transaction) => {
      await transaction.insertInto('camera').values({ id: 'a', enabled: 1, bytes: 1 }).execute();
      throw new Error('no');
    }),
  );
  assert.equal((await database.queries.selectFrom('camera').selectAll().execute()).length, 0);
});

test('a failing migration is rolled back in full', async (t) => {
  const database = openSqlite<Schema>({ path: join(folder(t), 'a.sqlite') });
  t.after(() => database.close());
  assert.deepEqual(await migrate(database, [first], new ManualClock()), { from: 0, to: 1 });
  assert.deepEqual(await migrate(database, [first], new ManualClock()), { from: 1, to: 1 });
  await assert.rejects(migrate(database, [first, failing], new ManualClock()), {
    code: 'database.migration-failed',
  });
  assert.equal(await schemaVersion(database), 1);
  const columns = database.connection.prepare('select * from camera').columns();
  assert.deepEqual(
    columns.map((column) => column.name),
    ['id', 'enabled', 'bytes'],
  );
});

test('a newer schema is refused and left untouched', async (t) => {
  const path = join(folder(t), 'a.sqlite');
  const newer = openSqlite<Schema>({ path });
  const second: Migration = { version: 2, name: 'nothing', async up() {} };
  await migrate(newer, [first, second], new ManualClock());
  await newer.close();
  const older = openSqlite<Schema>({ path });
  t.after(() => older.close());
  await assert.rejects(migrate(older, [first], new ManualClock()), {
    code: 'database.newer-schema',
    message: /newer version \(schema 2; this program knows 1\).*Nothing in it was changed/,
  });
  assert.equal(await schemaVersion(older), 2);
});

test('a file that is no database is told of at once', async (t) => {
  const path = join(folder(t), 'a.sqlite');
  writeFileSync(path, 'this is not a database, whatever its name says'.repeat(100));
  assert.throws(() => openSqlite({ path }), { code: 'database.cannot-open' });
  assert.throws(() => openSqlite({ path: join(path, 'below-a-file') }), {
    code: 'database.cannot-open',
  });
});
