import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { CameraId } from '@vms/common/ids.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { REVOCATION_POLL_MS } from './revocation-feed.ts';
import { INTERNAL_ORIGIN, type Revocable, RevocationList } from './revocation-list.ts';
import { TestFeed } from './testing/test-feed.ts';

const camera = 'cam_aaaaaaaaaaaaaaaa' as CameraId;
const token: Revocable = { grant: 'ses_a', user: 'user_a', position: 10, camera, action: 'live' };
const any = { grant: '', user: '', camera: '', action: '', madeBefore: undefined, position: 20 };

async function fileOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vms-revocations-'));
  t.after(() => rm(folder, { recursive: true }));
  return join(folder, 'revocations.json');
}

test('a revocation ends the tokens that have all it names, and no others', () => {
  const cases: readonly (readonly [named: object, ends: boolean])[] = [
    [{ grant: 'ses_a' }, true],
    [{ grant: 'ses_b' }, false],
    [{ user: 'user_a' }, true],
    [{ user: 'user_b' }, false],
    [{ camera }, true],
    [{ camera: 'cam_bbbbbbbbbbbbbbbb' }, false],
    [{ camera, action: 'live' }, true],
    [{ camera, action: 'play' }, false],
    [{ user: 'user_a', camera, action: 'live' }, true],
    [{ user: 'user_b', camera, action: 'live' }, false],
    [{ user: 'user_a', madeBefore: 11 }, true],
    [{ user: 'user_a', madeBefore: 10 }, false],
    [{ madeBefore: 11 }, true],
    [{}, true],
  ];
  for (const [named, ends] of cases) {
    const list = new RevocationList();
    list.add({ ...any, ...named });
    assert.equal(list.isRevoked(token), ends, JSON.stringify(named));
  }
});

test('of two revocations of the same, the one that ends more stays', () => {
  for (const order of [
    [undefined, 5],
    [5, undefined],
    [5, 11],
    [11, 5],
  ]) {
    const list = new RevocationList();
    for (const madeBefore of order) list.add({ ...any, user: 'user_a', madeBefore });
    assert.equal(list.size, 1);
    assert.equal(list.isRevoked(token), true);
  }
});

test('what the installation itself opened ends only with what never comes back', () => {
  const list = new RevocationList();
  const own = { ...INTERNAL_ORIGIN, camera, action: 'live' };
  list.add({ ...any, madeBefore: Date.now() * 1000 });
  assert.equal(list.isRevoked(own), false);
  list.add({ ...any, camera, action: 'live' });
  assert.equal(list.isRevoked(own), true);
});

test('a feed is read when the bus says so, and soon where the event was lost', async () => {
  const clock = new ManualClock();
  const api = new TestFeed();
  const feed = api.reader(clock);
  let changes = 0;
  feed.onChange(() => changes++);
  await feed.start();
  await feed.refresh();
  assert.equal(feed.isRevoked(token), false);
  api.revoke({ grant: 'ses_a' });
  api.wake();
  await feed.refresh();
  assert.throws(() => feed.check(token), { code: 'auth.media-token-revoked' });
  assert.equal(changes, 1);
  const other = { ...token, grant: 'ses_b' };
  api.revoke({ grant: 'ses_b' });
  clock.advance(REVOCATION_POLL_MS - 1);
  assert.equal(feed.isRevoked(other), false);
  clock.advance(1);
  while (!feed.isRevoked(other)) await new Promise(setImmediate);
  assert.equal(changes, 2);
  feed.stop();
  const asked = api.asked.length;
  api.wake();
  clock.advance(10 * REVOCATION_POLL_MS);
  assert.equal(api.asked.length, asked, 'nothing is asked after the end');
});

test('a feed that is stopped while its file is read neither subscribes nor reads', async (t) => {
  const api = new TestFeed();
  const feed = api.reader(new ManualClock(), await fileOf(t));
  const started = feed.start();
  feed.stop();
  await started;
  assert.deepEqual([api.subscribers, api.asked.length], [0, 0]);
});

test('a listener that throws keeps what is revoked neither from the others nor from the file', async (t) => {
  const path = await fileOf(t);
  const api = new TestFeed();
  api.revoke({ grant: 'ses_a' });
  const before = api.reader(new ManualClock(), path);
  let changes = 0;
  before.onChange(() => {
    throw new Error('The listener fails.');
  });
  before.onChange(() => changes++);
  await before.start();
  await before.refresh();
  before.stop();
  assert.deepEqual([changes, before.failure], [1, undefined]);
  api.up = false;
  const feed = api.reader(new ManualClock(), path);
  await feed.start();
  feed.stop();
  assert.equal(feed.isRevoked(token), true);
});

test('a feed longer than one answer is read whole', async () => {
  const api = new TestFeed();
  api.pageSize = 3;
  for (let i = 0; i < 10; i++) api.revoke({ grant: `ses_${i}` });
  const feed = api.reader(new ManualClock());
  await feed.start();
  await feed.refresh();
  for (let i = 0; i < 10; i++) {
    assert.equal(feed.isRevoked({ ...token, grant: `ses_${i}` }), true, `${i}`);
  }
  feed.stop();
});

test('while the API is unavailable what is known holds, also after a restart; then the rest is read', async (t) => {
  const path = await fileOf(t);
  const api = new TestFeed();
  api.revoke({ grant: 'ses_a' });
  const before = api.reader(new ManualClock(), path);
  await before.start();
  await before.refresh();
  before.stop();
  assert.equal((await stat(path)).mode & 0o777, 0o600);

  api.up = false;
  const feed = api.reader(new ManualClock(), path);
  await feed.start();
  await feed.refresh();
  assert.match(feed.failure ?? '', /unavailable/);
  assert.equal(feed.isRevoked(token), true);
  assert.equal(feed.isRevoked({ ...token, grant: 'ses_b' }), false, 'others go on');
  api.revoke({ grant: 'ses_b' });
  api.up = true;
  await feed.refresh();
  assert.equal(feed.failure, undefined);
  assert.equal(feed.isRevoked({ ...token, grant: 'ses_b' }), true);
  assert.equal(api.asked.at(-1), 2, 'from where it was');
  feed.stop();
});

test('a reader that was offline for longer than revocations are kept ends whatever was made before', async (t) => {
  const path = await fileOf(t);
  const api = new TestFeed();
  api.revoke({ grant: 'ses_a', position: 5 });
  const before = api.reader(new ManualClock(), path);
  await before.start();
  await before.refresh();
  before.stop();
  api.revocations.length = 0;
  api.keptSince = 100;
  const feed = api.reader(new ManualClock(), path);
  let changes = 0;
  feed.onChange(() => changes++);
  await feed.start();
  await feed.refresh();
  assert.equal(feed.isRevoked({ ...token, position: 99 }), true);
  assert.equal(feed.isRevoked({ ...token, grant: 'ses_b', position: 100 }), false);
  assert.equal(changes, 1);
  await feed.refresh();
  assert.equal(changes, 1, 'once');
  feed.stop();
});

test('a file that is not a list of revocations is passed over', async (t) => {
  const path = await fileOf(t);
  for (const text of ['{', '{"version":1,"position":1,"revocations":[{}]}', '{"version":9}']) {
    await writeFile(path, text);
    const api = new TestFeed();
    api.revoke({ grant: 'ses_a' });
    const feed = api.reader(new ManualClock(), path);
    await feed.start();
    await feed.refresh();
    assert.equal(feed.isRevoked(token), true, text);
    feed.stop();
  }
});
