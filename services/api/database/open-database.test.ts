import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { unsealCameraSecrets } from '@vms/auth/camera-secrets.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { copyPathOf } from '@vms/database/copy-before-migration.ts';
import { openSqlite } from '@vms/database/sqlite.ts';
import { API_MIGRATIONS } from './migrations.ts';
import { openApiDatabase } from './open-database.ts';
import type { ApiSchema } from './schema.ts';
import { sealStoredAddresses } from './seal-addresses.ts';

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

const CANARY = 'c4n4ry-s3cret-9d1f';
const MASTER_KEY = new Uint8Array(32).fill(7);

test('passwords that an older version stored in addresses are sealed, and left nowhere in the files', async (t) => {
  const path = older(t);
  const id = 'cam_aaaaaaaaaaaaaaaa';
  const main = `rtsp://192.0.2.7/user=operator&password=${CANARY}&channel=1`;
  const sub = `rtsp://192.0.2.7/live?token=${CANARY}x`;
  const before = new DatabaseSync(path);
  before.prepare('update camera set url = ?, sub_url = ?').run(main, sub);
  // A row that was deleted leaves its bytes in a free page.
  before
    .prepare(
      "insert into camera select 'cam_b', name, url, username, sealed_password, enabled, demo, retention_days, max_bytes, created_at, updated_at, sub_url from camera",
    )
    .run();
  before.prepare("delete from camera where id = 'cam_b'").run();
  before.close();
  const warnings: unknown[] = [];
  const logger = { ...silentLogger, warn: (fields: object) => warnings.push(fields) };
  const sealing = { ...deps, logger, secrets: { masterKey: MASTER_KEY } };
  const database = await openApiDatabase(path, sealing);
  const [camera] = await database.queries.selectFrom('camera').selectAll().execute();
  const { value } = await database.queries
    .selectFrom('counter')
    .select('value')
    .executeTakeFirstOrThrow();
  await database.close();
  assert.ok(camera);
  assert.deepEqual(
    [camera.url, camera.sub_url, camera.username, value],
    [
      'rtsp://192.0.2.7/user=$USERNAME&password=$PASSWORD&channel=1',
      'rtsp://192.0.2.7/live?token=$SECRET1',
      'operator',
      8,
    ],
  );
  assert.deepEqual(unsealCameraSecrets(MASTER_KEY, id, camera.sealed_password), {
    password: CANARY,
    secrets: [`${CANARY}x`],
  });
  assert.deepEqual(warnings, [{ cameras: 1 }]);
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    assert.ok(!readFileSync(join(folder, name), 'latin1').includes(CANARY), name);
  }
  assert.ok(existsSync(copyPathOf(path, 2)));
  const again = await openApiDatabase(path, sealing);
  const [same] = await again.queries.selectFrom('camera').selectAll().execute();
  await again.close();
  assert.deepEqual(same, camera);
});

/** A connection on which a statement does something else. */
function opened(path: string, statement: string, act: (connection: DatabaseSync) => void) {
  const database = openSqlite<ApiSchema>({ path });
  const { connection } = database;
  const exec = connection.exec.bind(connection);
  connection.exec = (sql) => (sql === statement ? act(connection) : exec(sql));
  return database;
}

function isFull(): never {
  throw new Error('database or disk is full');
}

test('a database that could not be rewritten after sealing is rewritten at the next start', async (t) => {
  const path = older(t);
  const before = new DatabaseSync(path);
  before.prepare('update camera set url = ?').run(`rtsp://192.0.2.7/?password=${CANARY}`);
  before.close();
  const errors: unknown[] = [];
  const logger = { ...silentLogger, error: (fields: object) => errors.push(fields) };
  const full = opened(path, 'vacuum', isFull);
  assert.equal(sealStoredAddresses(full, { masterKey: MASTER_KEY, logger }), 1);
  await full.close();
  assert.deepEqual(errors, [{ error: 'database or disk is full' }]);

  // Who reads meanwhile keeps the log from being emptied.
  const reader = new DatabaseSync(path, { readOnly: true });
  reader.exec('begin; select * from camera');
  const busy = openSqlite<ApiSchema>({ path });
  busy.connection.exec('pragma busy_timeout = 0');
  sealStoredAddresses(busy, { masterKey: MASTER_KEY, logger });
  assert.equal(errors.length, 2);
  reader.close();
  await busy.close();

  const database = await openApiDatabase(path, { ...deps, secrets: { masterKey: MASTER_KEY } });
  const counters = await database.queries.selectFrom('counter').select('name').execute();
  await database.close();
  assert.ok(!counters.some(({ name }) => name === 'vacuum-due'));
  for (const name of readdirSync(dirname(path))) {
    assert.ok(!readFileSync(join(dirname(path), name), 'latin1').includes(CANARY), name);
  }
});

test('a disk that fills up while addresses are sealed is named, and changes nothing', async (t) => {
  const path = older(t);
  const before = new DatabaseSync(path);
  const url = `rtsp://192.0.2.7/?password=${CANARY}`;
  before.prepare('update camera set url = ?').run(url);
  before.close();
  const full = opened(path, 'commit', (connection) => {
    // SQLite has rolled back already.
    connection.exec('rollback');
    isFull();
  });
  const options = { masterKey: MASTER_KEY, logger: silentLogger };
  assert.throws(() => sealStoredAddresses(full, options), /disk is full/);
  const [camera] = full.connection.prepare('select url from camera').all();
  await full.close();
  assert.equal(camera?.url, url);
});

test('an address is not sealed over a password that cannot be opened', async (t) => {
  const path = older(t);
  const before = new DatabaseSync(path);
  const url = `rtsp://192.0.2.7/?password=${CANARY}`;
  before.prepare('update camera set url = ?, sealed_password = ?').run(url, 'v1.of-another-key');
  before.close();
  const errors: unknown[] = [];
  const logger = { ...silentLogger, error: (fields: object) => errors.push(fields) };
  const database = await openApiDatabase(path, {
    ...{ ...deps, logger },
    secrets: { masterKey: MASTER_KEY },
  });
  const [camera] = await database.queries.selectFrom('camera').selectAll().execute();
  await database.close();
  assert.equal(camera?.url, url);
  assert.equal(errors.length, 1);
  assert.ok(!JSON.stringify(errors).includes(CANARY));
});

test('going back: the older version opens the copy, and refuses the database in one message', async (t) => {
  const path = older(t);
  await (await openApiDatabase(path, deps)).close();
  const database = new DatabaseSync(path);
  const newer = database.prepare('insert into schema_version values (?, ?, 0)');
  newer.run(NEWEST + 1, 'of a version to come');
  database.close();
  const bytes = readFileSync(path);
  const sealing = { ...deps, secrets: { masterKey: MASTER_KEY } };
  await assert.rejects(openApiDatabase(path, sealing), {
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
