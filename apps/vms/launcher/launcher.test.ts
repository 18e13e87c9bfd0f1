import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connectBus } from '@vms/bus/local-bus.ts';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { makeRunDirectory, runDirectoryOf } from '../config/run-directory.ts';
import { DemoMarker } from './demo-marker.ts';
import { Launcher, type LauncherOptions, type Program } from './launcher.ts';

const CHILD = join(import.meta.dirname, '..', 'testing', 'child.ts');

function setUp(t: TestContext, options: Partial<LauncherOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'vms-l-'));
  const launchers: Launcher[] = [];
  t.after(async () => {
    for (const launcher of launchers) await launcher.stop();
    rmSync(folder, { recursive: true });
  });
  const run = runDirectoryOf('/data', folder);
  makeRunDirectory(run);
  const make = () => {
    const launcher = new Launcher({
      run,
      clock: systemClock,
      logger: silentLogger,
      onLog: () => {},
      onMessage: () => {},
      onGiveUp: () => {},
      ...options,
    });
    launchers.push(launcher);
    return launcher;
  };
  const trace = join(folder, 'trace');
  const program = (name: string, behaviour = 'works'): Program => ({
    name,
    logs: true,
    command: () => [process.execPath, CHILD, behaviour, trace, name],
  });
  return { folder, run, make, program, trace };
}

test('stops what it started in the reverse order, then the hub', async (t) => {
  const { make, program, run, trace } = setUp(t);
  const launcher = make();
  await launcher.open([]);
  const bus = await connectBus({ path: run.busSocket, clock: systemClock, logger: silentLogger });
  t.after(() => bus.close());
  for (const name of ['first', 'second', 'third']) await launcher.launch(program(name));
  await launcher.stop();
  await launcher.stop();
  assert.equal(readFileSync(trace, 'utf8'), 'third closed\nsecond closed\nfirst closed\n');
  await bus.closed;
  assert.equal(existsSync(run.busSocket), false);
});

test('retires one process for good, and launches none twice', async (t) => {
  const { make, program, trace } = setUp(t);
  const launcher = make();
  await launcher.open([]);
  await Promise.all([launcher.launch(program('one')), launcher.launch(program('two'))]);
  await launcher.launch(program('one'));
  await launcher.retire('one');
  assert.equal(launcher.isRunning('one'), false);
  assert.equal(launcher.isRunning('two'), true);
  assert.equal(readFileSync(trace, 'utf8'), 'one closed\n');
});

test('is the only one on its data directory', async (t) => {
  const { make } = setUp(t);
  await make().open([]);
  await assert.rejects(make().open([]), { code: 'bus.already-running' });
});

test('waits for a process that a killed launcher left behind', async (t) => {
  const { make, program, trace } = setUp(t);
  const before = make();
  await before.launch(program('left'));
  const next = make();
  const opened = next.open(['left']).then(() => readFileSync(trace, 'utf8'));
  await before.stop();
  assert.equal(await opened, 'left closed\n');
});

test('tells that a process will never work, and does not wait for it', async (t) => {
  const given: string[] = [];
  const { make, program } = setUp(t, {
    onGiveUp: (error, exitCode) => given.push(`${error.message} ${exitCode}`),
  });
  const launcher = make();
  await launcher.launch(program('broken', 'says why'));
  assert.deepEqual(given, ['The disk is missing. Mount it. 2']);
});

test('the marker of the demo camera keeps the port of its simulator', (t) => {
  const { folder } = setUp(t);
  const marker = new DemoMarker(folder);
  assert.equal(marker.read(), undefined);
  marker.write(0);
  assert.equal(marker.read(), 0);
  marker.write(40_123);
  assert.equal(new DemoMarker(folder).read(), 40_123);
  marker.remove();
  marker.remove();
  assert.equal(marker.read(), undefined);
});
