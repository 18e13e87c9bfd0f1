import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openSecrets } from '@vms/auth/secrets.ts';
import { systemClock } from '@vms/common/clock.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { FrameHub } from '@vms/medialink/frame-hub.ts';
import { type FrameServer, serveFrames } from '@vms/medialink/frame-server.ts';
import { makeRunDirectory, runDirectoryOf } from '../../apps/vms/config/run-directory.ts';
import { CAMERA, TestCamera } from '../../services/stream/testing/test-camera.ts';
import { TestViewer } from '../../services/stream/testing/test-viewer.ts';
import { freePorts } from '../system/free-ports.ts';
import { waitFor } from '../system/waiting.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'apps', 'vms', 'main.ts');
/** From the signal to the end; connections have 1 s of it. */
const MAX_LEAVING_MS = 4_000;
/** Of a process that finds that it cannot start; it waits 2 s for the port. */
const MAX_START_MS = 20_000;

const hub = new FrameHub();
const camera = new TestCamera(hub);
const folder = mkdtempSync(join(tmpdir(), 'vms-stream-process-'));
const data = join(folder, 'data');
const run = runDirectoryOf(data, folder);
let frames: FrameServer;
let url = '';
let vms: ChildProcess;
let output = '';

describe('a stream process of its own', () => {
  before(async () => {
    const [port = 0, udpPort = 0, api = 0] = await freePorts(3);
    url = `http://127.0.0.1:${port}`;
    const config = join(folder, 'vms.yaml');
    const apiUrl = `http://127.0.0.1:${api}`;
    writeFileSync(
      config,
      JSON.stringify({ stream: { port, udpPort, udpHost: '127.0.0.1', apiUrl } }),
    );
    makeRunDirectory(run);
    frames = await serveFrames(hub, {
      address: { path: run.framesSocket },
      clock: systemClock,
      logger: silentLogger,
    });
    camera.play();
    vms = spawn(process.execPath, [MAIN, 'run', '--services', 'stream', '--config', config], {
      env: { ...process.env, VMS_DATA_DIR: data, VMS_RUN_DIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [vms.stdout, vms.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    await waitFor('the stream service', async () => {
      if (vms.exitCode !== null) throw new Error(`It left with ${vms.exitCode}:\n${output}`);
      return fetch(`${url}/health`).then(
        () => true,
        () => false,
      );
    });
  });

  after(async () => {
    vms?.kill('SIGKILL');
    camera.stop();
    await frames?.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(run.path, { recursive: true, force: true });
  });

  it('leaves on SIGTERM by itself, and soon, though it has a WebRTC viewer', async () => {
    const { internalToken } = await openSecrets(join(data, 'secrets'));
    const asked = await fetch(`${url}/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${internalToken}` },
      body: JSON.stringify({ camera_id: CAMERA, viewer_id: 'test' }),
    });
    assert.equal(asked.status, 201, output);
    const session = (await asked.json()) as { whep_url: string; token: string };
    const viewer = new TestViewer();
    const answer = await fetch(`${url}${session.whep_url}`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', authorization: `Bearer ${session.token}` },
      body: await viewer.offer(),
    });
    assert.equal(answer.status, 201);
    viewer.accept(await answer.text());
    await waitFor('a picture', () => viewer.units.length > 0);

    const ended = once(vms, 'close', { signal: AbortSignal.timeout(MAX_LEAVING_MS) });
    vms.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null], output);
    viewer.close();
    assert.match(output, /"why":"SIGTERM"/);
  });

  it('does not start on a busy UDP port, and says so in one message', async () => {
    const busy = createSocket('udp4').bind(0, '127.0.0.1');
    await once(busy, 'listening');
    const { port: udpPort } = busy.address();
    const [port = 0] = await freePorts(1);
    const config = join(folder, 'busy.yaml');
    const stream = { port, udpPort, udpHost: '127.0.0.1' };
    writeFileSync(config, JSON.stringify({ stream, log: { level: 'silent' } }));
    const args = [MAIN, 'run', '--services', 'stream', '--config', config];
    const other = spawn(process.execPath, args, {
      env: { ...process.env, VMS_DATA_DIR: join(folder, 'other'), VMS_RUN_DIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [other.stdout, other.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    const ended = once(other, 'close', { signal: AbortSignal.timeout(MAX_START_MS) });
    try {
      assert.deepEqual(await ended, [1, null]);
      assert.match(said, new RegExp(`^UDP port ${udpPort} on 127.0.0.1 .*stream\\.udpPort`));
      assert.equal(said.trimEnd().split('\n').length, 1, said);
    } finally {
      other.kill('SIGKILL');
      busy.close();
    }
  });
});
