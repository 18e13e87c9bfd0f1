import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { VOLUME_OWNER_FILE } from '@vms/format/paths.ts';
import {
  BEAT_MS,
  CONFIRM_MS,
  VolumeClaim,
  type VolumeClaimOptions,
  WATCH_MS,
} from './volume-claim.ts';

const SELF = { system: 'sys_a', host: 'recorder', bootId: 'boot-1', pid: 10, dataPath: '/data' };
const IN_USE = { code: 'storage.volume-in-use' };

function volumeOf(t: TestContext) {
  const volume = mkdtempSync(join(tmpdir(), 'vms-claim-'));
  t.after(() => rmSync(volume, { recursive: true }));
  const file = join(volume, VOLUME_OWNER_FILE);
  const clock = new ManualClock();
  return {
    clock,
    file,
    claim: (self: Partial<VolumeClaimOptions['self']> = {}) =>
      new VolumeClaim({ volume, self: { ...SELF, ...self }, clock }),
    read: () => JSON.parse(readFileSync(file, 'utf8')),
    write: (record: object) => writeFileSync(file, JSON.stringify(record)),
    remove: () => rmSync(file),
  };
}

/** Whether a claim is made without a wait, and how it ends with the time that two watches take. */
async function take(claim: VolumeClaim, clock: ManualClock, meanwhile = (): void => {}) {
  let settled = false;
  const taken = claim.take().finally(() => {
    settled = true;
  });
  taken.catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
  const atOnce = settled;
  for (let ms = 0; ms <= 2 * (WATCH_MS + CONFIRM_MS) && !settled; ms += 500) {
    if (ms === 5_000) meanwhile();
    clock.advance(500);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await taken;
  return atOnce;
}

test('whoever held the volume on this machine before is known to be gone', async (t) => {
  const { claim, clock, read } = volumeOf(t);
  assert.equal(await take(claim(), clock), true);
  assert.equal(await take(claim({ pid: 11 }), clock), true);
  assert.equal(await take(claim({ system: 'sys_b' }), clock), true);
  assert.equal(await take(claim({ system: 'sys_b', bootId: 'boot-2' }), clock), true, 'rebooted');
  assert.equal(read().bootId, 'boot-2');
});

test('a machine with a copy of the system watches, and leaves alone what another writes', async (t) => {
  const { claim, clock, read } = volumeOf(t);
  const first = claim();
  await take(first, clock);
  const copy = { host: 'standby', bootId: 'boot-9' };
  await assert.rejects(
    take(claim(copy), clock, () => first.beat()),
    IN_USE,
  );
  assert.equal(read().host, 'recorder');
  assert.equal(await take(claim(copy), clock), false, 'and takes what nobody writes');
  assert.equal(read().host, 'standby');
});

test('a writer stops at the record of any other, and takes nothing of it away', async (t) => {
  for (const other of [{ system: 'sys_b' }, { bootId: 'boot-2' }, { pid: 11 }]) {
    const { claim, clock, read, write } = volumeOf(t);
    const writer = claim();
    await take(writer, clock);
    writer.beat();
    write({ ...SELF, ...other, beat: 1 });
    assert.throws(() => writer.beat(), IN_USE, JSON.stringify(other));
    writer.release();
    assert.equal(read().beat, 1);
  }
});

test('a record that is gone or spoilt is written again', async (t) => {
  const { claim, clock, read, remove, write } = volumeOf(t);
  const writer = claim();
  await take(writer, clock);
  remove();
  writer.beat();
  assert.equal(read().pid, SELF.pid);
  write([]);
  writer.beat();
  assert.equal(read().pid, SELF.pid);
});

test('of two machines that watched the same record one gets the volume', async (t) => {
  const { claim, clock, read, write } = volumeOf(t);
  write({ ...SELF, host: 'gone', bootId: 'boot-0', beat: 7 });
  const claims = ['left', 'right'].map((host) => claim({ host, bootId: host }).take());
  const ends = Promise.allSettled(claims);
  await take(claim({ host: 'third', bootId: 'third' }), clock).catch(() => {});
  const taken = (await ends).map(({ status }) => status === 'fulfilled');
  assert.ok(!taken.every(Boolean), 'both have it');
  assert.ok(['left', 'right', 'third'].includes(read().host));
});

test('a record that cannot be read is somebody’s: it is watched, and not written over', async (t) => {
  const { claim, clock, file, read, write } = volumeOf(t);
  // Reading a folder is an error of the disk.
  mkdirSync(file);
  await assert.rejects(take(claim(), clock), { code: 'storage.volume-unusable' });
  assert.throws(() => claim().beat(), { code: 'EISDIR' });
  claim().release();
  const comesBack = take(claim(), clock, () => {
    rmdirSync(file);
    write({ ...SELF, host: 'other', bootId: 'boot-2', system: 'sys_b', beat: 1 });
  });
  assert.equal(await comesBack, false);
  assert.equal(read().host, SELF.host, 'it stood still from its first reading on');
});

test('a volume on which no record can be written is not taken', async (t) => {
  const { claim, clock, file } = volumeOf(t);
  mkdirSync(`${file}.new`);
  await assert.rejects(take(claim(), clock), { code: 'EISDIR' });
  rmdirSync(`${file}.new`);
  await take(claim(), clock);
});

test('on a full volume the record is written over the one before', async (t) => {
  const { claim, clock, file, read, write } = volumeOf(t);
  // Whatever is written there finds no room.
  symlinkSync('/dev/full', `${file}.new`);
  await assert.rejects(take(claim(), clock), { code: 'ENOSPC' });
  write({ ...SELF, dataPath: '/data/of/a/longer/name', pid: 9, beat: 5 });
  assert.equal(await take(claim(), clock), true);
  assert.deepEqual(read(), { ...SELF, beat: 1 });
});

test('work that gives no timer its turn beats when a beat is due', async (t) => {
  const { claim, clock, read } = volumeOf(t);
  const writer = claim();
  await take(writer, clock);
  writer.beatWhenDue();
  assert.equal(read().beat, 1);
  clock.advance(BEAT_MS);
  writer.beatWhenDue();
  assert.equal(read().beat, 2);
});
