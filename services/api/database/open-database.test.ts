import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { copyPathOf } from '@vms/database/copy-before-migration.ts';
import { API_MIGRATIONS } from './migrations.ts';
import { openApiDatabase } from './open-database.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'schema-2.sql'), 'utf8');
const NEWEST = API_MIGRATIONS.length;
const deps = { clock: new ManualClock(), logger: silentLogger };

/** A database as it stands on the disk of who updates. */
function older(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'vms-upgrade-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'vms.sqlite');
  const database = new DatabaseSync(path);
  database.exec(FIXTURE);
  database.close();
  return path;
}

function versionOf(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const row = database.prepare('select max(version) as version from schema_version').get();
  database.close();
  return Number(row?.version);
}

test('an older database keeps users and cameras, and is copied before it changes', async (t) => {
  const path = older(t);
  const database = await openApiDatabase(path, deps);
  const cameras = await database.queries.selectFrom('camera').selectAll().execute();
  const users = await database.queries.selectFrom('user').selectAll().execute();
  await database.close();
  assert.equal(versionOf(path), NEWEST);
  assert.deepEqual(
    cameras.map(({ name, sub_url, retention_days }) => [name, sub_url, retention_days]),
    [['Harbour', 'rtsp://192.0.2.7/sub', 14]],
  );
  assert.deepEqual(
    users.map(({ username, must_choose_password }) => [username, must_choose_password]),
    [['admin', 0]],
  );
  const copy = copyPathOf(path, 2);
  assert.equal(versionOf(copy), 2);
  assert.equal(statSync(copy).mode & 0o777, 0o600);
});

test('is copied once: no later start writes over it, and one that is up to date needs none', async (t) => {
  const path = older(t);
  await (await openApiDatabase(path, deps)).close();
  const before = readFileSync(copyPathOf(path, 2));
  await (await openApiDatabase(path, deps)).close();
  assert.deepEqual(readFileSync(copyPathOf(path, 2)), before);
  assert.ok(!existsSync(copyPathOf(path, NEWEST)));
});

test('going back: the older version opens the copy, and refuses the database in one message', async (t) => {
  const path = older(t);
  await (await openApiDatabase(path, deps)).close();
  const database = new DatabaseSync(path);
  const newer = database.prepare('insert into schema_version values (?, ?, 0)');
  newer.run(NEWEST + 1, 'of a version to come');
  database.close();
  const bytes = readFileSync(path);
  await assert.rejects(openApiDatabase(path, deps), {
    code: 'database.newer-schema',
    message: /made by a newer version.*Nothing in it was changed\. Start the newer version/,
  });
  assert.deepEqual(readFileSync(path), bytes);
});

test('does not change what cannot be copied', async (t) => {
  const path = older(t);
  const folder = `${copyPathOf(path, 2)}.${process.pid}`;
  // A folder where the copy should be written.
  mkdirSync(folder);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await assert.rejects(openApiDatabase(path, deps), {
    code: 'database.migration-failed',
    message: /could not be copied before its change from schema 2/,
  });
  assert.equal(versionOf(path), 2);
});
