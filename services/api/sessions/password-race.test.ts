import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { openApiDatabase } from '../database/open-database.ts';
import { GrantRevocations } from '../grants/grant-revocations.ts';
import { createFirstAdministrator, FIRST_USERNAME } from './first-administrator.ts';
import { SessionStore } from './session-store.ts';
import { UserStore } from './user-store.ts';

async function open(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'vms-race-'));
  const clock = new ManualClock();
  const database = await openApiDatabase(join(folder, 'vms.sqlite'), {
    clock,
    logger: silentLogger,
  });
  t.after(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  const { queries } = database;
  const random = randomBytes;
  await createFirstAdministrator({ queries, clock, random, announce: () => {} });
  const revocations = new GrantRevocations(queries, clock);
  const users = new UserStore(queries, revocations);
  const verified = await users.byName(FIRST_USERNAME);
  assert.ok(verified !== undefined);
  return {
    users,
    sessions: new SessionStore(queries, revocations, clock, random),
    /** As it was when its password was compared. */
    verified,
  };
}

test('a password that is changed while a sign-in compares it opens no session', async (t) => {
  const { sessions, users, verified } = await open(t);
  const cookie = await sessions.begin(verified);
  assert.equal((await sessions.find(cookie ?? ''))?.id, verified.id);
  assert.equal(await users.changePassword(verified, 'another hash', '', 1), true);
  assert.equal(await sessions.find(cookie ?? ''), undefined);
  assert.equal(await sessions.begin(verified), undefined);
});

test('of two changes that compared the same password the first one holds', async (t) => {
  const { sessions, users, verified } = await open(t);
  assert.equal(await users.changePassword(verified, 'the first', '', 1), true);
  const cookie = (await sessions.begin({ id: verified.id, passwordHash: 'the first' })) ?? '';
  assert.equal(await users.changePassword(verified, 'the second', '', 2), false);
  assert.equal((await users.byId(verified.id))?.passwordHash, 'the first');
  assert.notEqual(await sessions.find(cookie), undefined, 'and it ends no session');
  // Whoever administers the machine asks for no password.
  assert.equal(await users.changePassword({ id: verified.id }, 'the third', '', 3), true);
  assert.equal(await sessions.find(cookie), undefined);
});
