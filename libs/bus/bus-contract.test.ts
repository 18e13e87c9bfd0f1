import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import {
  MAX_EVENT_BYTES,
  MAX_QUEUE_BYTES,
  MAX_SOCKET_PATH_BYTES,
  MAX_SUBSCRIPTIONS,
} from './bounds.ts';
import type { Bus } from './bus.ts';
import { startBusHub } from './hub.ts';
import { connectBus } from './local-bus.ts';
import { createMemoryBus } from './memory-bus.ts';
import { isPattern, isSubject, matches } from './subjects.ts';

const base = { clock: systemClock, logger: silentLogger };

/** Gives two connections to the same bus; in memory they are one. */
type MakeBus = (t: TestContext) => Promise<[Bus, Bus]>;

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'vms-bus-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function localHub(t: TestContext) {
  const path = join(await folder(t), 'bus.sock');
  const hub = await startBusHub({ ...base, path });
  t.after(() => hub.close());
  return hub;
}

const makers: Record<string, MakeBus> = {
  memory: async () => {
    const bus = createMemoryBus();
    return [bus, bus];
  },
  'local hub': async (t) => {
    const { path } = await localHub(t);
    const a = await connectBus({ ...base, path });
    const b = await connectBus({ ...base, path });
    t.after(() => Promise.all([a.close(), b.close()]));
    return [a, b];
  },
};

for (const [name, make] of Object.entries(makers)) contract(name, make);

function contract(name: string, make: MakeBus): void {
  test(`${name}: subscribers hear their subjects, in order, the sender too`, async (t) => {
    const [a, b] = await make(t);
    const heard: unknown[] = [];
    a.subscribe('camera.changed', (event, subject) => heard.push(['a', subject, event]));
    b.subscribe('camera.*', (event, subject) => heard.push(['b', subject, event]));
    b.subscribe('storage.>', (event, subject) => heard.push(['b', subject, event]));
    await a.flush();
    await b.flush();
    b.publish('camera.changed', { revision: '1' });
    b.publish('camera.changed', { revision: '2' });
    b.publish('recording.opened', { camera: 'c', run: 'r', start: 1 });
    b.publish('storage.alarm', { volume: 'v', state: 'full', detail: 'é' });
    await b.flush();
    await a.flush();
    const of = (who: string) => heard.filter((entry) => Array.isArray(entry) && entry[0] === who);
    assert.deepEqual(of('a'), [
      ['a', 'camera.changed', { revision: '1' }],
      ['a', 'camera.changed', { revision: '2' }],
    ]);
    assert.deepEqual(of('b'), [
      ['b', 'camera.changed', { revision: '1' }],
      ['b', 'camera.changed', { revision: '2' }],
      ['b', 'storage.alarm', { volume: 'v', state: 'full', detail: 'é' }],
    ]);
  });

  test(`${name}: an unsubscribed handler hears nothing, its neighbour goes on`, async (t) => {
    const [a, b] = await make(t);
    const heard: string[] = [];
    const stop = a.subscribe('camera.changed', () => heard.push('first'));
    a.subscribe('camera.changed', () => heard.push('second'));
    await a.flush();
    stop();
    stop();
    await a.flush();
    b.publish('camera.changed', { revision: '1' });
    await b.flush();
    await a.flush();
    assert.deepEqual(heard, ['second']);
  });

  test(`${name}: a handler that throws or changes the event hurts no other`, async (t) => {
    const [a] = await make(t);
    const heard: unknown[] = [];
    a.subscribe('camera.changed', (event) => {
      Object.assign(event, { revision: 'spoilt' });
      throw new Error('handler');
    });
    a.subscribe('camera.changed', (event) => heard.push(event));
    await a.flush();
    a.publish('camera.changed', { revision: '1' });
    await a.flush();
    assert.deepEqual(heard, [{ revision: '1' }]);
  });

  test(`${name}: publishing returns before anybody hears`, async (t) => {
    const [a] = await make(t);
    let heard = false;
    a.subscribe('camera.changed', () => {
      heard = true;
    });
    await a.flush();
    a.publish('camera.changed', { revision: '1' });
    assert.equal(heard, false);
    await a.flush();
    assert.equal(heard, true);
  });

  test(`${name}: the largest event passes, a larger one is refused`, async (t) => {
    const [a] = await make(t);
    const heard: number[] = [];
    a.subscribe('camera.changed', (event) => heard.push(event.revision.length));
    await a.flush();
    const overhead = JSON.stringify({ revision: '' }).length;
    a.publish('camera.changed', { revision: 'x'.repeat(MAX_EVENT_BYTES - overhead) });
    assert.throws(
      () => a.publish('camera.changed', { revision: 'x'.repeat(MAX_EVENT_BYTES - overhead + 1) }),
      { code: 'bus.event-too-large' },
    );
    await a.flush();
    assert.deepEqual(heard, [MAX_EVENT_BYTES - overhead]);
  });

  test(`${name}: a full queue drops the oldest events and counts them`, async (t) => {
    const [a] = await make(t);
    const heard: number[] = [];
    a.subscribe('camera.changed', (event) => heard.push(Number(event.revision.slice(0, 9))));
    await a.flush();
    const bytes = 10_000;
    const sent = Math.ceil((2 * MAX_QUEUE_BYTES) / bytes);
    for (let i = 0; i < sent; i++) {
      a.publish('camera.changed', { revision: String(i).padStart(9, '0').padEnd(bytes, 'x') });
    }
    await a.flush();
    const { published, delivered, dropped } = a.counts();
    assert.equal(published, sent);
    assert.ok(dropped > 0 && dropped < sent, `${dropped} dropped`);
    assert.equal(delivered + dropped, sent);
    assert.deepEqual(
      heard,
      Array.from({ length: sent - dropped }, (_, i) => i + dropped),
    );
  });

  test(`${name}: one connection holds a bounded number of subscriptions`, async (t) => {
    const [a] = await make(t);
    for (let i = 0; i < MAX_SUBSCRIPTIONS; i++) a.subscribe(`camera.${i}`, () => {});
    assert.throws(() => a.subscribe('one.more', () => {}), { code: 'bus.too-many-subscriptions' });
    await a.flush();
  });

  test(`${name}: bad subjects are refused`, async (t) => {
    const [a] = await make(t);
    assert.throws(() => a.publish('camera.*' as 'camera.changed', { revision: '' }), {
      code: 'bus.subject-invalid',
    });
    assert.throws(() => a.subscribe('camera..x', () => {}), { code: 'bus.subject-invalid' });
  });

  test(`${name}: closing hands over what waits, then refuses work`, async (t) => {
    const [a, b] = await make(t);
    const heard = Promise.withResolvers<string>();
    b.subscribe('camera.changed', (event) => heard.resolve(event.revision));
    await b.flush();
    a.publish('camera.changed', { revision: 'last' });
    await a.close();
    await a.close();
    await a.closed;
    assert.equal(await heard.promise, 'last');
    assert.throws(() => a.publish('camera.changed', { revision: '' }), { code: 'bus.closed' });
    assert.throws(() => a.subscribe('a', () => {}), { code: 'bus.closed' });
  });
}

test('patterns match as those of NATS', () => {
  const cases: [string, string, boolean][] = [
    ['a.b', 'a.b', true],
    ['a.b', 'a.c', false],
    ['a.*', 'a.b', true],
    ['a.*', 'a', false],
    ['a.*', 'a.b.c', false],
    ['*.b', 'a.b', true],
    ['a.>', 'a.b.c', true],
    ['a.>', 'a', false],
    ['>', 'a', true],
    ['a.b', 'a.b.c', false],
  ];
  for (const [pattern, subject, expected] of cases) {
    assert.equal(matches(pattern, subject), expected, `${pattern} takes ${subject}`);
  }
  for (const bad of ['', '.', 'a.', '.a', 'a b', 'a.>.b', 'é']) {
    assert.ok(!isPattern(bad) && !isSubject(bad), bad);
  }
});

test('local hub: clients learn that it ended', async (t) => {
  const hub = await localHub(t);
  const bus = await connectBus({ ...base, path: hub.path });
  await bus.flush();
  await hub.close();
  await bus.closed;
  assert.throws(() => bus.publish('camera.changed', { revision: '' }), { code: 'bus.closed' });
});

test('local hub: a client that comes first waits for it', async (t) => {
  const path = join(await folder(t), 'bus.sock');
  const connecting = connectBus({ ...base, path });
  const hub = await startBusHub({ ...base, path });
  const bus = await connecting;
  await bus.flush();
  await bus.close();
  await hub.close();
});

test('local hub: says plainly that nobody answers', async (t) => {
  const path = join(await folder(t), 'bus.sock');
  await assert.rejects(connectBus({ ...base, path, connectTimeoutMs: 0 }), {
    code: 'bus.unreachable',
  });
});

test('local hub: replaces the socket of a dead hub, refuses beside a living one', async (t) => {
  const path = join(await folder(t), 'bus.sock');
  await writeFile(path, '');
  const hub = await startBusHub({ ...base, path });
  t.after(() => hub.close());
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  await assert.rejects(startBusHub({ ...base, path }), { code: 'bus.already-running' });
  await assert.rejects(
    startBusHub({ ...base, path: `/tmp/${'x'.repeat(MAX_SOCKET_PATH_BYTES)}` }),
    {
      code: 'bus.path-too-long',
    },
  );
});

test('local hub: a reader that stands still loses its oldest events, others lose none', async (t) => {
  const hub = await localHub(t);
  const stalled = connect(hub.path);
  t.after(() => stalled.destroy());
  stalled.pause();
  stalled.write(Buffer.from('\0\0\0\x03\x02\x01>', 'latin1'));
  const reader = await connectBus({ ...base, path: hub.path });
  const writer = await connectBus({ ...base, path: hub.path });
  t.after(() => Promise.all([reader.close(), writer.close()]));
  let heard = 0;
  reader.subscribe('camera.changed', () => heard++);
  await reader.flush();
  const revision = 'x'.repeat(32_000);
  let sent = 0;
  while (hub.counts().dropped === 0 && sent < 1000) {
    writer.publish('camera.changed', { revision });
    sent++;
    await writer.flush();
  }
  await reader.flush();
  assert.ok(hub.counts().dropped > 0);
  assert.equal(heard, sent);
});

test('local hub: ends a connection that sends nonsense, the others live on', async (t) => {
  const hub = await localHub(t);
  const bus = await connectBus({ ...base, path: hub.path });
  t.after(() => bus.close());
  for (const nonsense of ['GET / HTTP/1.1\r\n\r\n', '\0\0\0\x02\x09\0', '\0\0\0\x02\x01\0']) {
    const socket = connect(hub.path);
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.write(Buffer.from(nonsense, 'latin1'));
    await ended;
  }
  await bus.flush();
  assert.equal(hub.counts().connections, 1);
});

test('local bus: ends a connection to something that is no hub', async (t) => {
  const path = join(await folder(t), 'bus.sock');
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => server.close());
  const bus = await connectBus({ ...base, path });
  await bus.closed;
});
