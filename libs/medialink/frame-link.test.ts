import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '@vms/common/clock.ts';
import type { Frame } from '@vms/common/frame.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import {
  HELLO_TIMEOUT_MS,
  MAX_COALESCE_MS,
  MAX_CONTROL_BYTES,
  MAX_SUBSCRIPTIONS_PER_CONNECTION,
} from './bounds.ts';
import { connectFrames } from './frame-client.ts';
import { FrameHub } from './frame-hub.ts';
import { serveFrames } from './frame-server.ts';
import type { FrameGap } from './frame-source.ts';
import {
  encodeConfig,
  encodeControl,
  encodeFramePrefix,
  LINK_VERSION,
  MESSAGE,
} from './link-protocol.ts';
import { MessageReader } from './message-reader.ts';
import { CAMERA, H264, syntheticFrame } from './testing/synthetic-frames.ts';

const directory = await mkdtemp(join(tmpdir(), 'vms-link-'));
after(() => rm(directory, { recursive: true }));
let sockets = 0;
const newPath = () => join(directory, `${sockets++}.sock`);
const deps = { clock: systemClock, logger: silentLogger };

/** What a server answers to raw bytes before it closes. */
async function refusalOf(bytes: Buffer[], token?: string): Promise<{ code?: string }> {
  const path = newPath();
  const server = await serveFrames(new FrameHub(), {
    ...deps,
    address: { path },
    ...(token === undefined ? {} : { token }),
  });
  const socket = connect(path);
  let refusal: { code?: string } = {};
  const reader = new MessageReader((type, body) => {
    if (type === MESSAGE.refused) refusal = JSON.parse(body.toString()) as { code?: string };
  });
  socket.on('data', (chunk: Buffer) => reader.push(chunk));
  for (const message of bytes) socket.write(message);
  await once(socket, 'close');
  await server.close();
  return refusal;
}

const hello = (fields: object = {}) =>
  encodeControl(MESSAGE.hello, {
    version: LINK_VERSION,
    token: '',
    queueBytes: 1e6,
    coalesceMs: 0,
    ...fields,
  });

async function waitFor(condition: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    assert.ok(performance.now() < end, 'waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Until another client of the server, which holds nothing back, was answered. */
async function aWriteWouldHaveCome(path: string): Promise<void> {
  const socket = connect(path);
  socket.write(hello());
  await once(socket, 'data');
  socket.destroy();
}

describe('media link', () => {
  it('skips what came already when the link breaks and the hub is the same', async () => {
    const hub = new FrameHub();
    const path = newPath();
    const server = await serveFrames(hub, { ...deps, address: { path } });
    // A relay between the two, so that the link can be cut without either end doing anything.
    const links = new Set<Socket>();
    const relay = createServer((socket) => {
      const upstream = connect(path);
      for (const end of [socket, upstream]) {
        links.add(end);
        end.on('error', () => {});
      }
      socket.pipe(upstream).pipe(socket);
    });
    const relayPath = newPath();
    relay.listen(relayPath);
    await once(relay, 'listening');
    const frames: Frame[] = [];
    const gaps: object[] = [];
    let wake: () => void = () => {};
    const source = connectFrames({ ...deps, address: { path: relayPath }, queueBytes: 1e6 });
    source.subscribe({
      camera: CAMERA,
      stream: 'main',
      startWith: 'gop',
      onGap: (gap) => gaps.push(gap),
      onFrame: (frame) => {
        frames.push(frame);
        wake();
      },
    });
    const until = async (count: number) => {
      while (frames.length < count) await new Promise<void>((resolve) => (wake = resolve));
    };
    for (let i = 0; i < 14; i++) hub.publish(syntheticFrame(i));
    await until(4);
    for (const link of links) link.destroy();
    hub.publish(syntheticFrame(14));
    await until(5);
    assert.deepEqual(
      frames.map((frame) => frame.sequence),
      [10, 11, 12, 13, 14],
    );
    assert.equal(gaps.length, 0);
    links.forEach((link) => void link.destroy());
    for (let i = 15; i < 41; i++) hub.publish(syntheticFrame(i));
    await until(6);
    assert.equal(frames[5]?.sequence, 40);
    assert.deepEqual(gaps, [
      {
        camera: CAMERA,
        stream: 'main',
        from: syntheticFrame(14).wallClock,
        to: syntheticFrame(40).wallClock,
        droppedFrames: 25,
        droppedBytes: 0,
        cause: 'link-lost',
      },
    ]);
    source.close();
    relay.close();
    for (const link of links) link.destroy();
    await server.close();
  });

  it('keeps the link for all where one consumer throws, and says so once a second at most', async () => {
    const hub = new FrameHub();
    const path = newPath();
    const server = await serveFrames(hub, { ...deps, address: { path } });
    const errors: object[] = [];
    const logger = { ...silentLogger, error: (fields: object) => void errors.push(fields) };
    let links = 0;
    const onLink = (): void => void links++;
    const address = { path };
    const client = connectFrames({ ...deps, logger, address, queueBytes: 1e6, onLink });
    const got: number[] = [];
    const common = { camera: CAMERA, stream: 'main', startWith: 'gop' } as const;
    const fail = (): never => {
      throw new Error('of the test');
    };
    client.subscribe({ ...common, onFrame: fail, onEnd: fail });
    client.subscribe({ ...common, onFrame: ({ sequence }) => void got.push(sequence) });
    await waitFor(() => hub.stats().subscribers === 2);
    for (let n = 0; n < 50; n++) hub.publish(syntheticFrame(n));
    await waitFor(() => got.length === 50);
    hub.end(CAMERA, 'main');
    const sub = { ...common, stream: 'sub' } as const;
    client.subscribe({ ...sub, onFrame: ({ sequence }) => void got.push(sequence) });
    await waitFor(() => hub.stats().subscribers === 1);
    assert.equal(links, 1);
    assert.ok(errors.length >= 1 && errors.length <= 3, `${errors.length} reports`);
    client.close();
    await server.close();
  });

  it('holds frames back for coalesceMs, MAX_COALESCE_MS at most, and sends them at once when it is asked to', async () => {
    const hub = new FrameHub();
    const path = newPath();
    const clock = new ManualClock();
    const server = await serveFrames(hub, { ...deps, clock, address: { path } });
    const address = { path };
    const coalesceMs = 10 * MAX_COALESCE_MS;
    const client = connectFrames({ ...deps, address, queueBytes: 1e6, coalesceMs });
    const got: number[] = [];
    const common = { camera: CAMERA, stream: 'main', startWith: 'gop' } as const;
    client.subscribe({ ...common, onFrame: ({ sequence }) => void got.push(sequence) });
    await waitFor(() => hub.stats().subscribers === 1);
    for (let n = 0; n < 3; n++) hub.publish(syntheticFrame(n));
    clock.advance(MAX_COALESCE_MS - 1);
    hub.publish(syntheticFrame(3));
    await aWriteWouldHaveCome(path);
    assert.deepEqual(got, []);
    await client.flush();
    assert.equal(got.length, 4);
    hub.publish(syntheticFrame(4));
    // The time of what was sent is over, and does not end that of what came since.
    clock.advance(MAX_COALESCE_MS - 1);
    await aWriteWouldHaveCome(path);
    assert.equal(got.length, 4);
    clock.advance(1);
    await waitFor(() => got.length === 5);
    client.close();
    await server.close();
  });

  it('follows a stream that counts from 0 again, at a later time', async () => {
    const hub = new FrameHub();
    const path = newPath();
    const server = await serveFrames(hub, { ...deps, address: { path } });
    const client = connectFrames({ ...deps, address: { path }, queueBytes: 1e6 });
    const got: number[] = [];
    const common = { camera: CAMERA, stream: 'main', startWith: 'gop' } as const;
    client.subscribe({ ...common, onFrame: ({ sequence }) => void got.push(sequence) });
    await waitFor(() => hub.stats().subscribers === 1);
    for (let n = 0; n < 20; n++) hub.publish(syntheticFrame(n));
    await waitFor(() => got.length === 20);
    for (let n = 0; n < 5; n++) {
      const frame = syntheticFrame(n);
      hub.publish({ ...frame, wallClock: frame.wallClock + 60_000 });
    }
    await waitFor(() => got.length === 25);
    assert.deepEqual(got.slice(20), [0, 1, 2, 3, 4]);
    client.close();
    await server.close();
  });

  it('carries a large configuration, and reports the gap of one that is over MAX_CONTROL_BYTES', async () => {
    const hub = new FrameHub();
    const path = newPath();
    const errors: object[] = [];
    const logger = { ...silentLogger, error: (fields: object) => void errors.push(fields) };
    const server = await serveFrames(hub, { ...deps, logger, address: { path } });
    const client = connectFrames({ ...deps, address: { path }, queueBytes: 1e6 });
    const got: Frame[] = [];
    const gaps: FrameGap[] = [];
    client.subscribe({
      camera: CAMERA,
      stream: 'main',
      startWith: 'gop',
      onFrame: (frame) => got.push(frame),
      onGap: (gap) => gaps.push(gap),
    });
    await waitFor(() => hub.stats().subscribers === 1);
    const large = { ...H264, record: new Uint8Array(40 * 1024).fill(255) };
    const tooLarge = { ...H264, record: new Uint8Array(MAX_CONTROL_BYTES) };
    const configs = [large, tooLarge, H264];
    for (let n = 0; n < 30; n++) {
      const config = configs[Math.floor(n / 10)] ?? H264;
      hub.publish(syntheticFrame(n, { config }));
    }
    await waitFor(() => got.at(-1)?.sequence === 29);
    assert.equal(got.length, 20);
    assert.ok(Buffer.from(large.record).equals(got[0]?.config.record ?? Buffer.alloc(0)));
    assert.ok(Buffer.from(H264.record).equals(got[10]?.config.record ?? Buffer.alloc(0)));
    assert.deepEqual(gaps, [
      {
        camera: CAMERA,
        stream: 'main',
        from: syntheticFrame(10).wallClock,
        to: syntheticFrame(20).wallClock,
        droppedFrames: 10,
        droppedBytes: 10_000,
        cause: 'configuration',
      },
    ]);
    assert.equal(errors.length, 1);
    client.close();
    await server.close();
  });

  it('reports frames whose configuration never came, once, and the gap', async () => {
    const path = newPath();
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write(encodeControl(MESSAGE.welcome, { version: LINK_VERSION, hub: 'hub' }));
      socket.once('data', () => {
        for (let n = 0; n < 11; n++) {
          const frame = syntheticFrame(n);
          if (n === 10) socket.write(encodeConfig(1, 0, frame.config));
          socket.write(encodeFramePrefix(1, 0, frame));
          socket.write(frame.payload);
        }
      });
    });
    server.listen(path);
    await once(server, 'listening');
    const errors: object[] = [];
    const logger = { ...silentLogger, error: (fields: object) => void errors.push(fields) };
    const client = connectFrames({ ...deps, logger, address: { path }, queueBytes: 1e6 });
    const got: number[] = [];
    const gaps: FrameGap[] = [];
    client.subscribe({
      camera: CAMERA,
      stream: 'main',
      startWith: 'gop',
      onFrame: ({ sequence }) => void got.push(sequence),
      onGap: (gap) => gaps.push(gap),
    });
    await waitFor(() => got.length > 0);
    assert.deepEqual(got, [10]);
    assert.deepEqual(
      gaps.map(({ from, droppedFrames, cause }) => ({ from, droppedFrames, cause })),
      [{ from: syntheticFrame(0).wallClock, droppedFrames: 10, cause: 'configuration' }],
    );
    assert.equal(errors.length, 1);
    client.close();
    server.close();
  });

  it('refuses a wrong token, another version, no greeting, and too much', async () => {
    assert.equal(
      (await refusalOf([hello({ token: 'wrong' })], 'right')).code,
      'medialink.unauthorized',
    );
    assert.equal((await refusalOf([hello({ version: 99 })])).code, 'medialink.version');
    assert.equal(
      (await refusalOf([encodeControl(MESSAGE.subscribe, {})])).code,
      'medialink.protocol',
    );
    assert.equal(
      (await refusalOf([Buffer.from('GET / HTTP/1.1\r\n\r\n')])).code,
      'medialink.protocol',
    );
    const oversized = Buffer.alloc(5);
    oversized.writeUInt32BE(MAX_CONTROL_BYTES + 2);
    oversized[4] = MESSAGE.hello;
    assert.equal((await refusalOf([oversized])).code, 'medialink.protocol');
    const many = Array.from({ length: MAX_SUBSCRIPTIONS_PER_CONNECTION + 1 }, (_, subscription) =>
      encodeControl(MESSAGE.subscribe, {
        subscription,
        camera: CAMERA,
        stream: 'main',
        startWith: 'gop',
      }),
    );
    assert.equal((await refusalOf([hello(), ...many])).code, 'medialink.protocol');
  });

  it('needs a token to listen on TCP', async () => {
    const address = { host: '127.0.0.1', port: 0 };
    await assert.rejects(serveFrames(new FrameHub(), { ...deps, address }), {
      code: 'medialink.unauthorized',
    });
  });

  it('closes a connection that never says hello after HELLO_TIMEOUT_MS', async () => {
    const clock = new ManualClock();
    const path = newPath();
    const server = await serveFrames(new FrameHub(), { ...deps, clock, address: { path } });
    const socket = connect(path);
    await once(socket, 'connect');
    while (server.connections === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = once(socket, 'close');
    clock.advance(HELLO_TIMEOUT_MS + 1);
    socket.resume();
    await closed;
    await server.close();
  });

  it('names the address that is in use', async () => {
    const first = await serveFrames(new FrameHub(), {
      ...deps,
      token: 't',
      address: { host: '127.0.0.1', port: 0 },
    });
    await assert.rejects(
      serveFrames(new FrameHub(), { ...deps, token: 't', address: first.address }),
      {
        code: 'medialink.address-in-use',
      },
    );
    await first.close();
  });

  it('reads messages cut anywhere, one byte at a time', () => {
    const bodies: string[] = [];
    const reader = new MessageReader((type, body) => bodies.push(`${type}:${body.toString()}`));
    const stream = Buffer.concat([
      encodeControl(MESSAGE.end, { a: 1 }),
      encodeControl(MESSAGE.gap, {}),
    ]);
    for (const byte of stream) reader.push(Uint8Array.of(byte));
    assert.deepEqual(bodies, [`${MESSAGE.end}:{"a":1}`, `${MESSAGE.gap}:{}`]);
  });
});
