import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { FIRST_RESTART_MS, MAX_RESTART_MS, restartDelayMs } from './back-off.ts';
import { MAX_FIRST_STARTS, type ProcessSpec, SupervisedProcess } from './supervised-process.ts';

const CHILD = join(import.meta.dirname, '..', 'testing', 'child.ts');

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'vms-launcher-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** A process that behaves as told, and the next things that are heard of it. */
function supervise(t: TestContext, behaviour: string, options: Partial<ProcessSpec> = {}) {
  const path = folder(t);
  const heard: string[] = [];
  const waiting: { text: string; resolve: () => void }[] = [];
  const hear = (text: string): void => {
    heard.push(text);
    for (const each of waiting.splice(0)) {
      if (heard.includes(each.text)) each.resolve();
      else waiting.push(each);
    }
  };
  const until = (text: string): Promise<void> =>
    heard.includes(text)
      ? Promise.resolve()
      : new Promise((resolve) => waiting.push({ text, resolve }));
  const trace = join(path, 'trace');
  const supervised = new SupervisedProcess(
    {
      name: 'child',
      command: () => [process.execPath, CHILD, behaviour, trace],
      lockFile: join(path, 'child.lock'),
      stopTimeoutMs: 10_000,
      onLine: (line) => hear(`line ${line}`),
      onReady: () => {
        hear('ready');
        hear(`ready ${supervised.starts}`);
      },
      onMessage: (message) => hear(`message ${message.type}`),
      onGiveUp: (error, exitCode) => hear(`gave up ${error.code} ${exitCode} ${error.message}`),
      ...options,
    },
    { clock: systemClock, logger: silentLogger, random: () => 1 },
  );
  t.after(async () => {
    supervised.kill();
    await supervised.stop();
  });
  supervised.start();
  return { supervised, heard, until, trace, lock: join(path, 'child.lock') };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('starts a process, hears its lines and messages, and stops it by SIGTERM', async (t) => {
  const { supervised, until, trace, heard } = supervise(t, 'works');
  await until('ready');
  await until('line a line');
  assert.equal(supervised.state, 'ready');
  const pid = supervised.pid ?? 0;
  await supervised.stop();
  assert.equal(supervised.state, 'stopped');
  assert.equal(readFileSync(trace, 'utf8'), 'closed\n');
  assert.equal(isAlive(pid), false);
  assert.ok(heard.includes('message ready'));
});

test('passes over messages that are none of ours', async (t) => {
  const { until, heard } = supervise(t, 'nonsense');
  await until('ready');
  assert.deepEqual(heard, ['message ready', 'ready', 'ready 1']);
});

test('kills a process that does not stop in time', async (t) => {
  const { supervised, until } = supervise(t, 'stubborn', { stopTimeoutMs: 50 });
  await until('ready');
  const pid = supervised.pid ?? 0;
  await supervised.stop();
  assert.equal(isAlive(pid), false);
});

test('starts a killed process again', async (t) => {
  const { supervised, until } = supervise(t, 'works');
  await until('ready');
  const first = supervised.pid ?? 0;
  process.kill(first, 'SIGKILL');
  await until('ready 2');
  assert.notEqual(supervised.pid, first);
});

test('gives up a process that never works, after MAX_FIRST_STARTS', async (t) => {
  const { supervised, heard } = supervise(t, 'crashes', {
    onGiveUp: (error, exitCode) => given.resolve(`${error.code} ${exitCode}`),
  });
  const given = Promise.withResolvers<string>();
  assert.equal(await given.promise, 'launcher.child-never-started 1');
  assert.equal(supervised.starts, MAX_FIRST_STARTS);
  assert.deepEqual(heard, []);
});

test('gives up at once where the process says why, and keeps its words and exit code', async (t) => {
  const { supervised, until } = supervise(t, 'says why');
  await until('gave up launcher.child-failed 2 The disk is missing. Mount it.');
  assert.equal(supervised.starts, 1);
});

test('never runs two processes of one name: the lock lives as long as the process', async (t) => {
  const { until, supervised, lock } = supervise(t, 'works');
  await until('ready');
  const tryLock = () =>
    new Promise<number | null>((resolve) => {
      spawn('flock', ['--nonblock', lock, 'true']).once('exit', (code) => resolve(code));
    });
  assert.equal(await tryLock(), 1);
  await supervised.stop();
  assert.equal(await tryLock(), 0);
});

test('waits twice as long each time, up to MAX_RESTART_MS', () => {
  const delays = [1, 2, 3, 8, 1000].map((failures) => restartDelayMs(failures, () => 0));
  assert.deepEqual(delays, [FIRST_RESTART_MS, 500, 1000, MAX_RESTART_MS, MAX_RESTART_MS]);
  assert.equal(
    restartDelayMs(1, () => 1),
    FIRST_RESTART_MS * 0.8,
  );
});
