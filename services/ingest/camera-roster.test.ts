import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { unsealCameraSecrets } from '@vms/auth/camera-secrets.ts';
import { createMemoryBus } from '@vms/bus/memory-bus.ts';
import type { CameraAssignment } from '@vms/common/camera.ts';
import type { CameraId } from '@vms/common/ids.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import {
  CameraRoster,
  type CameraRosterOptions,
  FIRST_RETRY_MS,
  REFRESH_INTERVAL_MS,
  UNTOLD_FIRST_TRIES,
} from './camera-roster.ts';
import { sealAssignment } from './camera-settings.ts';
import { IngestError } from './ingest-error.ts';
import { type CameraList, MAX_CAMERAS, readRoster, writeRoster } from './roster-file.ts';
import { until } from './testing/until.ts';

function cameraOf(letter: string, changes: Partial<CameraAssignment> = {}): CameraAssignment {
  return {
    id: `cam_${letter.repeat(16)}` as CameraId,
    name: letter,
    url: `rtsp://10.0.0.1/${letter}`,
    username: 'viewer',
    sealedPassword: 'v1.sealed',
    enabled: true,
    demo: false,
    retentionDays: 30,
    maxBytes: undefined,
    ...changes,
  };
}

class Rig {
  readonly clock = new ManualClock();
  readonly bus = createMemoryBus();
  readonly events: string[] = [];
  /** What the API answers; undefined is no answer. */
  list: CameraList | undefined;
  asked = 0;
  readonly warnings: string[] = [];
  readonly roster: CameraRoster;

  constructor(path: string, seal?: CameraRosterOptions['seal']) {
    this.roster = new CameraRoster({
      directory: {
        list: async () => {
          this.asked++;
          if (this.list === undefined) throw new Error('The API cannot be reached.');
          return this.list;
        },
      },
      bus: this.bus,
      clock: this.clock,
      logger: { ...silentLogger, warn: (_fields, message) => this.warnings.push(message) },
      path,
      seal,
      handler: {
        onAdded: (cameras) => this.events.push(`+${cameras.map(({ name }) => name)}`),
        onChanged: ({ name }) => this.events.push(`~${name}`),
        onRemoved: ({ name }) => this.events.push(`-${name}`),
      },
    });
  }

  async stop(): Promise<void> {
    await this.roster.stop();
    await this.bus.close();
  }
}

async function withFolder(body: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vms-roster-'));
  try {
    await body(join(folder, 'ingest', 'cameras.json'), folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('the list comes from the API; only what changes is reported', async () => {
  await withFolder(async (path) => {
    const rig = new Rig(path);
    rig.list = { revision: '1', cameras: [cameraOf('a'), cameraOf('b')] };
    await rig.roster.start();
    await until(() => rig.events.length === 1, 'the list');
    rig.list = {
      revision: '2',
      cameras: [cameraOf('a'), cameraOf('b', { url: 'rtsp://10.0.0.2/' }), cameraOf('c')],
    };
    rig.bus.publish('camera.changed', { revision: '2' });
    await until(() => rig.events.length === 3, 'the change');
    rig.list = { revision: '3', cameras: [cameraOf('c')] };
    rig.bus.publish('camera.changed', { revision: '3' });
    await until(() => rig.events.length === 5, 'the removal');
    assert.deepEqual(rig.events, ['+a,b', '~b', '+c', '-a', '-b']);
    await rig.stop();
  });
});

test('a lost event costs at most REFRESH_INTERVAL_MS', async () => {
  await withFolder(async (path) => {
    const rig = new Rig(path);
    rig.list = { revision: '1', cameras: [] };
    await rig.roster.start();
    await rig.roster.refresh();
    const { asked } = rig;
    rig.list = { revision: '2', cameras: [cameraOf('a')] };
    await until(() => rig.asked > asked, 'the next question', rig.clock, 1_000);
    assert.ok(rig.clock.monotonic() <= REFRESH_INTERVAL_MS + 1_000);
    await until(() => rig.events.length === 1, 'the camera');
    await rig.stop();
  });
});

test('without the API the last known list is taken up at once, and the API is asked again soon', async () => {
  await withFolder(async (path) => {
    const first = new Rig(path);
    first.list = { revision: '7', cameras: [cameraOf('a', { maxBytes: 5_000 }), cameraOf('b')] };
    await first.roster.start();
    await until(() => first.events.length === 1, 'the list');
    await first.stop();

    const second = new Rig(path);
    await second.roster.start();
    assert.deepEqual(second.events, ['+a,b']);
    assert.equal(second.roster.cameras.get('cam_aaaaaaaaaaaaaaaa')?.maxBytes, 5_000);
    await until(() => second.roster.failure !== undefined, 'the failure');
    second.list = { revision: '8', cameras: [cameraOf('b')] };
    await until(() => second.events.length === 2, 'the new list', second.clock, FIRST_RETRY_MS);
    assert.equal(second.events[1], '-a');
    assert.equal(second.roster.failure, undefined);
    await second.stop();
    assert.deepEqual((await readRoster(path))?.cameras, [cameraOf('b')]);
  });
});

test('an API that is away changes nothing', async () => {
  await withFolder(async (path) => {
    const rig = new Rig(path);
    rig.list = { revision: '1', cameras: [cameraOf('a')] };
    await rig.roster.start();
    await until(() => rig.events.length === 1, 'the list');
    rig.list = undefined;
    rig.bus.publish('camera.changed', { revision: '2' });
    await until(() => rig.roster.failure !== undefined, 'the failure');
    assert.deepEqual(rig.events, ['+a']);
    await rig.stop();
  });
});

test('the file is for its owner only, whole, and nothing lies beside it', async () => {
  await withFolder(async (path) => {
    await writeRoster(path, { revision: '1', cameras: [cameraOf('a')] });
    await writeRoster(path, { revision: '2', cameras: [cameraOf('b')] });
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(join(path, '..')), ['cameras.json']);
    assert.equal((await readRoster(path))?.revision, '2');
  });
});

test('a damaged file is an error in plain words, and the list of the API replaces it', async () => {
  await withFolder(async (path) => {
    await writeRoster(path, { revision: '1', cameras: [] });
    await writeFile(path, '{"version":1,"cameras":[{"id":"../../etc"');
    await assert.rejects(
      readRoster(path),
      (error: unknown) => error instanceof IngestError && error.code === 'ingest.roster-unusable',
    );
    const rig = new Rig(path);
    rig.list = { revision: '1', cameras: [cameraOf('a')] };
    await rig.roster.start();
    assert.notEqual(rig.roster.fileFailure, undefined);
    await until(() => rig.roster.fileFailure === undefined, 'a new file');
    await rig.stop();
    assert.match(await readFile(path, 'utf8'), /cam_aaaa/);
  });
});

test('a file with more than MAX_CAMERAS is not taken', async () => {
  await withFolder(async (path) => {
    const cameras = Array.from({ length: MAX_CAMERAS + 1 }, () => cameraOf('a'));
    await writeRoster(path, { revision: '1', cameras });
    await assert.rejects(readRoster(path), IngestError);
  });
});

test('an API that is not there yet at a start is no warning; one that stays away is, once', async () => {
  await withFolder(async (path) => {
    const rig = new Rig(path);
    await rig.roster.start();
    await until(() => rig.warnings.length > 0, 'the warning', rig.clock, FIRST_RETRY_MS);
    assert.equal(rig.asked, UNTOLD_FIRST_TRIES + 1);
    await until(() => rig.asked > UNTOLD_FIRST_TRIES + 5, 'more tries', rig.clock, FIRST_RETRY_MS);
    assert.deepEqual(rig.warnings, ['The API does not give the list of cameras.']);
    rig.list = { revision: '1', cameras: [] };
    await rig.roster.refresh();
    rig.list = undefined;
    await rig.roster.refresh();
    assert.equal(rig.warnings.length, 2, 'once it has answered, at once');
    await rig.stop();
  });
});

test('passwords in addresses of an older list are sealed in memory and in the file, without the API', async () => {
  await withFolder(async (path, folder) => {
    const masterKey = new Uint8Array(32).fill(3);
    const password = 'c4n4ry-s3cret';
    const old = cameraOf('a', {
      url: `rtsp://10.0.0.1/?pwd=${password}`,
      subUrl: `rtsp://10.0.0.1/sub?token=${password}x`,
      sealedPassword: '',
    });
    const broken = cameraOf('b', { url: `rtsp://10.0.0.1/?pwd=other` });
    await writeRoster(path, { revision: '4', cameras: [old, broken] });
    const rig = new Rig(path, (camera) => sealAssignment(camera, masterKey));
    await rig.roster.start();
    const taken = rig.roster.cameras.get(old.id);
    assert.ok(taken);
    assert.deepEqual(
      [taken.url, taken.subUrl],
      ['rtsp://10.0.0.1/?pwd=$PASSWORD', 'rtsp://10.0.0.1/sub?token=$SECRET1'],
    );
    const { sealedPassword } = taken;
    assert.deepEqual(unsealCameraSecrets(masterKey, old.id, sealedPassword), {
      password,
      secrets: [`${password}x`],
    });
    assert.ok(!(await readFile(path, 'utf8')).includes(password));
    assert.deepEqual(rig.roster.cameras.get(broken.id), broken);
    assert.deepEqual(await readdir(join(folder, 'ingest')), ['cameras.json']);
    await rig.stop();
  });
});
