import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { copyBeforeMigration } from './copy-before-migration.ts';
import { type Migration, migrate } from './migrations.ts';
import { openSqlite } from './sqlite.ts';

/** Rights of every file of a folder, by its name. */
function rightsIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => {
      return [name, (statSync(join(folder, name)).mode & 0o777).toString(8)];
    }),
  );
}

function place(t: TestContext): { folder: string; path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'vms-private-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const before = process.umask(0);
  t.after(() => process.umask(before));
  return { folder, path: join(folder, 'vms.sqlite') };
}

const step = (version: number): Migration => ({
  version,
  name: `table ${version}`,
  async up(queries) {
    await queries.schema.createTable(`t${version}`).addColumn('a', 'integer').execute();
  },
});

test('a new database, its log and its index are for the owner alone, whatever the umask', async (t) => {
  const { folder, path } = place(t);
  const database = openSqlite({ path });
  database.connection.exec('create table t (a); insert into t values (1)');
  assert.deepEqual(rightsIn(folder), {
    'vms.sqlite': '600',
    'vms.sqlite-shm': '600',
    'vms.sqlite-wal': '600',
  });
  await database.close();
});

test('one that others could read is taken from them, with all that stands beside it', async (t) => {
  const { folder, path } = place(t);
  const before = openSqlite({ path });
  before.connection.exec('create table t (a)');
  // As after a power cut: the log is still there.
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
  const database = openSqlite({ path });
  assert.deepEqual(new Set(Object.values(rightsIn(folder))), new Set(['600']));
  await Promise.all([before.close(), database.close()]);
});

test('copies before a migration are for the owner alone, older ones too', async (t) => {
  const { folder, path } = place(t);
  const database = openSqlite({ path });
  const clock = new ManualClock();
  await migrate(database, [step(1)], clock);
  writeFileSync(`${path}.schema-0`, 'an older copy', { mode: 0o644 });
  await copyBeforeMigration(database, [step(1), step(2)]);
  await database.close();
  const rights = rightsIn(folder);
  assert.equal(rights['vms.sqlite.schema-0'], '600');
  assert.equal(rights['vms.sqlite.schema-1'], '600');
  assert.deepEqual(new Set(Object.values(rights)), new Set(['600']));
});

test('what is opened to be read alone is left as it is', async (t) => {
  const { path } = place(t);
  await openSqlite({ path }).close();
  chmodSync(path, 0o640);
  await openSqlite({ path, readOnly: true }).close();
  assert.equal(statSync(path).mode & 0o777, 0o640);
});
