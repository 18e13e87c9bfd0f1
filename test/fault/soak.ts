import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type CameraSimulator,
  numberedCameras,
  startCameraSimulator,
} from '@vms/camera-sim/camera-simulator.ts';
import { LoadViewer } from '../../bench/load-viewer.ts';
import type { Role } from '../system/processes.ts';
import { RunningSystem } from '../system/running-system.ts';
import { waitFor } from '../system/waiting.ts';
import {
  descriptorsOf,
  kbPerView,
  type MemorySample,
  residentKb,
  threadsOf,
} from './process-memory.ts';

/** Cameras, with and without sound; they are watched in turn. */
const CAMERAS = 3;
/** Views between two of: a sign-in, a playback, a reconnect of every camera. */
const SIGN_IN_EVERY = 5;
const PLAYBACK_EVERY = 7;
const RECONNECT_EVERY = 60;
/** One of everything. */
export const WARM_UP_VIEWS = RECONNECT_EVERY;
/** Milliseconds from the end of one view to the next. */
const PAUSE_MS = 30;
/** Streams linger 10 s, idle connections 5 s. */
export const SETTLE_SECONDS = 15;
/** Seconds in which what was opened must be gone. */
export const SETTLE_TIMEOUT_SECONDS = 90;
const VIEW_TIMEOUT_MS = 20_000;
const MS_PER_MINUTE = 60_000;
const WATCHED: readonly Role[] = ['stream', 'control', 'storage', 'ingest'];

export interface SoakOptions {
  readonly minutes: number;
  /** Views before anything is counted. */
  readonly warmUpViews: number;
  /** Seconds without change after which descriptors and threads count as settled. */
  readonly settleSeconds: number;
  /** Seconds after which they are counted although they have not settled. */
  readonly settleTimeoutSeconds: number;
  progress(line: string): void;
}

/** What the command's last line says. */
export interface SoakFindings {
  readonly views: number;
  /** Kilobytes that each view leaves in the process of api and gateway, after the first quarter. */
  readonly apiKbPerView: number;
  readonly streamKbPerView: number;
  /** Open descriptors and threads of all services, at the end less at the start. */
  readonly descriptors: number;
  readonly threads: number;
}

interface LiveSession {
  readonly session_id: string;
  readonly token: string;
  readonly whep_url: string;
  readonly mse_url: string;
}

/** Views, playbacks, sign-ins and camera reconnects that come and go on the whole product. */
export async function runSoak(options: SoakOptions): Promise<SoakFindings> {
  const simulator = await startCameraSimulator({
    cameras: numberedCameras(CAMERAS, ['h264'], ['pcma', undefined, 'aac']),
  });
  let soak: Soak | undefined;
  try {
    const config = { log: { level: 'warn' }, stream: { udpHost: '127.0.0.1' } };
    const system = await RunningSystem.start({ config });
    soak = new Soak(system, simulator);
    return await soak.run(options);
  } finally {
    await soak?.system.remove();
    await simulator.stop();
  }
}

class Soak {
  readonly system: RunningSystem;
  readonly #simulator: CameraSimulator;
  readonly #cameras: string[] = [];
  readonly #memory = { stream: [] as MemorySample[], control: [] as MemorySample[] };
  #views = 0;

  constructor(system: RunningSystem, simulator: CameraSimulator) {
    this.system = system;
    this.#simulator = simulator;
  }

  async run(options: SoakOptions): Promise<SoakFindings> {
    const { minutes, progress, warmUpViews } = options;
    const { system } = this;
    await system.signIn();
    for (const { name } of this.#simulator.cameras) {
      this.#cameras.push(await system.addCamera({ name, url: this.#simulator.url(name) }));
    }
    for (const camera of this.#cameras) await this.#watchable(camera);
    // Everything once, so that what is opened for good is open before it is counted.
    for (let n = 0; n < warmUpViews; n++) await this.#view(n);
    const before = await this.#settled(options);
    this.#views = 0;
    const startedAt = performance.now();
    let toldAt = startedAt;
    while (performance.now() - startedAt < minutes * MS_PER_MINUTE) {
      await this.#view(this.#views);
      this.#views++;
      this.#sample();
      if (performance.now() - toldAt < 15_000) continue;
      toldAt = performance.now();
      progress(
        `${this.#views} views: stream ${this.#kb('stream')} KB, api ${this.#kb('control')} KB`,
      );
    }
    const after = await this.#settled(options, before);
    return {
      views: this.#views,
      apiKbPerView: rounded(kbPerView(this.#memory.control)),
      streamKbPerView: rounded(kbPerView(this.#memory.stream)),
      descriptors: after.descriptors - before.descriptors,
      threads: after.threads - before.threads,
    };
  }

  /** One view, every second by MSE, and what else is due. */
  async #view(number: number): Promise<void> {
    const camera = this.#cameras[number % CAMERAS] ?? '';
    if (number % RECONNECT_EVERY === RECONNECT_EVERY - 1) {
      this.#simulator.closeConnections();
      for (const each of this.#cameras) await this.#watchable(each);
    }
    const body = { camera_id: camera, viewer_id: 'soak' };
    const session = await this.system.call<LiveSession>('POST', '/api/v1/streams', body);
    if (number % 2 === 0) await this.#watchWebrtc(session);
    else await watchMse(new URL(session.mse_url, this.system.url));
    await this.system.call('DELETE', `/api/v1/streams/${session.session_id}`);
    if (number % SIGN_IN_EVERY === 0) await this.#signInAndOut();
    if (number % PLAYBACK_EVERY === 0) await this.#playBack(camera);
    await delay(PAUSE_MS);
  }

  async #watchWebrtc(session: LiveSession): Promise<void> {
    const viewer = new LoadViewer();
    try {
      await viewer.connect(new URL(session.whep_url, this.system.url).href, session.token);
    } finally {
      viewer.close();
    }
  }

  async #signInAndOut(): Promise<void> {
    const { password, url } = this.system;
    const signedIn = await fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ username: 'admin', password }),
    });
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    await signedIn.arrayBuffer();
    const headers = { cookie, origin: url };
    const out = await fetch(`${url}/api/v1/session`, { method: 'DELETE', headers });
    if (!signedIn.ok || !out.ok) throw new Error(`Sign-in ${signedIn.status}, out ${out.status}.`);
  }

  #playlist(camera: string): Promise<{ url: string }> {
    const to = new Date().toISOString();
    const from = new Date(Date.now() - MS_PER_MINUTE).toISOString();
    return this.system.call('POST', `/api/v1/recordings/${camera}/playback`, { from, to });
  }

  #isRecorded(camera: string): Promise<boolean> {
    return this.#playlist(camera).then(
      () => true,
      () => false,
    );
  }

  async #playBack(camera: string): Promise<void> {
    const { url } = await this.#playlist(camera);
    const address = new URL(url, this.system.url);
    const playlist = await (await fetch(address)).text();
    const lines = playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const last = lines.at(-1);
    if (last !== undefined) await (await fetch(new URL(last, address))).arrayBuffer();
  }

  async #watchable(camera: string): Promise<void> {
    await waitFor(
      'a camera to be watchable',
      async () => {
        const body = { camera_id: camera, viewer_id: 'soak' };
        const session = await this.system
          .call<LiveSession & { playable: { webrtc: { ok: boolean } } }>(
            'POST',
            '/api/v1/streams',
            body,
          )
          .catch(() => undefined);
        if (session === undefined) return false;
        await this.system.call('DELETE', `/api/v1/streams/${session.session_id}`);
        return session.playable.webrtc.ok && (await this.#isRecorded(camera));
      },
      MS_PER_MINUTE,
    );
  }

  #sample(): void {
    const views = this.#views;
    this.#memory.stream.push({ views, kb: this.#kb('stream') });
    this.#memory.control.push({ views, kb: this.#kb('control') });
  }

  #kb(role: Role): number {
    return residentKb(this.#pid(role));
  }

  #pid(role: Role): number {
    const found = this.system.processOf(role);
    if (found === undefined) throw new Error(`The process of ${role} is gone.`);
    return found.pid;
  }

  /** Counts once nothing changes any more; with `goal`, once no more is open than that, or the time is over. */
  async #settled(
    { settleSeconds, settleTimeoutSeconds }: SoakOptions,
    goal?: Counts,
  ): Promise<Counts> {
    const end = performance.now() + settleTimeoutSeconds * 1_000;
    let before = this.#count();
    let calm = 0;
    while (performance.now() < end) {
      await delay(1_000);
      const now = this.#count();
      const isSame = now.descriptors === before.descriptors && now.threads === before.threads;
      calm = isSame ? calm + 1 : 0;
      before = now;
      if (goal === undefined ? calm >= settleSeconds : isWithin(now, goal)) break;
    }
    return before;
  }

  #count(): Counts {
    let descriptors = 0;
    let threads = 0;
    for (const role of WATCHED) {
      const pid = this.#pid(role);
      descriptors += descriptorsOf(pid);
      threads += threadsOf(pid);
    }
    return { descriptors, threads };
  }
}

interface Counts {
  readonly descriptors: number;
  readonly threads: number;
}

function isWithin(now: Counts, goal: Counts): boolean {
  return now.descriptors <= goal.descriptors && now.threads <= goal.threads;
}

/** Watches until media has come: the initialization segment, and two parts. */
async function watchMse(address: URL): Promise<void> {
  address.protocol = address.protocol.replace('http', 'ws');
  const socket = new WebSocket(address);
  let messages = 0;
  const enough = Promise.withResolvers<void>();
  socket.onmessage = ({ data }) => {
    if (typeof data !== 'string' && ++messages === 3) enough.resolve();
  };
  socket.onclose = ({ code }) => enough.reject(new Error(`MSE ended with ${code}.`));
  const timer = setTimeout(
    () => enough.reject(new Error('A viewer by MSE got no media in time.')),
    VIEW_TIMEOUT_MS,
  );
  try {
    await enough.promise;
  } finally {
    clearTimeout(timer);
    if (socket.readyState !== WebSocket.CLOSED) {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    }
  }
}

function rounded(kb: number): number {
  return Math.round(kb * 100) / 100;
}
