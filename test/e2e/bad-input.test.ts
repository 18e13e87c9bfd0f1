import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { type CameraSimulator, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import { RunningSystem } from '../system/running-system.ts';

/** Cameras of the simulator, each with what is wrong with it. */
const FAULTS = {
  'wrong-password': 'wrong-password',
  gone: 'not-found',
  busy: 'refused',
  motion: 'unknown-codec',
  mute: 'stall',
} as const;

const PASSWORD = 'kingfisher-7';
const WRONG_PASSWORD = 'heron-8';

interface TestAnswer {
  readonly state: string;
  readonly detail: string;
}

let simulator: CameraSimulator;
let system: RunningSystem;
let web: Server;

async function testCamera(url: string, password = PASSWORD): Promise<TestAnswer> {
  const camera = { url, username: 'operator', password };
  return system.call<TestAnswer>('POST', '/api/v1/cameras/test', camera);
}

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A sentence or more for a person: no trace, no code, no password. */
function assertPlainWords(text: string): void {
  assert.match(text, /^[A-Z].*\.$/s);
  assert.doesNotMatch(text, /\bat .+:\d+:\d+|Error:|undefined|\[object|kingfisher|heron/);
}

describe('a camera that does not work says why in plain words', () => {
  before(async () => {
    simulator = await startCameraSimulator({
      cameras: [...Object.keys(FAULTS), 'good'].map((name) => ({ name })),
      credentials: { username: 'operator', password: PASSWORD },
    });
    for (const [name, fault] of Object.entries(FAULTS)) {
      if (name !== 'wrong-password') simulator.setFault(fault, name);
    }
    web = createServer((_request, response) => response.end('not a camera')).listen(0, '127.0.0.1');
    await once(web, 'listening');
    system = await RunningSystem.start();
    await system.signIn();
  });

  after(async () => {
    await system?.remove();
    await simulator?.stop();
    web?.close();
  });

  const cases: readonly {
    what: string;
    state: string;
    url: () => string | Promise<string>;
    password?: string;
  }[] = [
    {
      what: 'a wrong password',
      state: 'wrong-password',
      url: () => simulator.url('good'),
      password: WRONG_PASSWORD,
    },
    { what: 'a path that is not there', state: 'not-found', url: () => simulator.url('gone') },
    { what: 'a camera that refuses', state: 'refused', url: () => simulator.url('busy') },
    { what: 'an unknown codec', state: 'codec-not-supported', url: () => simulator.url('motion') },
    { what: 'a camera that sends nothing', state: 'no-frames', url: () => simulator.url('mute') },
    {
      what: 'a closed port',
      state: 'unreachable',
      url: async () => `rtsp://127.0.0.1:${await closedPort()}/`,
    },
    { what: 'a host without a name', state: 'unreachable', url: () => 'rtsp://camera.invalid/' },
    {
      what: 'a web server',
      state: 'not-rtsp',
      url: () => `rtsp://127.0.0.1:${(web.address() as AddressInfo).port}/`,
    },
  ];
  for (const { what, state, url, password } of cases) {
    it(`${what}: ${state}`, async () => {
      const answer = await testCamera(await url(), password);
      assert.equal(answer.state, state, answer.detail);
      assertPlainWords(answer.detail);
    });
  }

  it('a good one is found online', async () => {
    const answer = await testCamera(simulator.url('good'));
    assert.equal(answer.state, 'online', answer.detail);
  });

  for (const url of [
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'concat:/etc/passwd',
    'rtsp://',
    'nonsense',
  ]) {
    it(`refuses ${url} as an address`, async () => {
      const refused = await testCamera(url).then(
        () => undefined,
        (error: Error) => error.message,
      );
      assert.match(refused ?? '', /422|400/);
    });
  }

  it('no password stands in anything that was printed', () => {
    assert.doesNotMatch(system.output, /kingfisher|heron/);
  });
});
