import { readFrameNumber } from '@vms/camera-sim/frame-strip.ts';
import type { Browser, Page } from 'playwright-core';
import type { RunningSystem } from './running-system.ts';
import { waitFor } from './waiting.ts';

export type Way = 'webrtc' | 'mse';

export interface LiveSession {
  readonly session_id: string;
  readonly whep_url: string;
  readonly mse_url: string;
  readonly token: string;
  readonly playable: Readonly<Record<Way, { readonly ok: boolean; readonly reason?: string }>>;
}

export interface PageAnswer {
  readonly status: number;
  /** Of problem details. */
  readonly code: string;
  readonly session: LiveSession;
}

/** Pixels of the picture that is read; a cell of the strip is 8 × 6 of them. */
const WIDTH = 320;
const HEIGHT = 180;

/** Runs in the page: the viewers of a client that is not ours, as little as the protocols ask for. */
const VIEWERS = `
window.live = {
  viewers: new Map(),

  async ask(method, path, body, headers = {}) {
    const type = typeof body === 'string' ? {} : { 'content-type': 'application/json' };
    const response = await fetch(path, {
      method,
      headers: { ...(body !== undefined && type), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    let json = {};
    try { json = JSON.parse(text); } catch {}
    return { status: response.status, code: json.code ?? '', session: json, text };
  },

  /** The offer goes without candidates: the server learns ours from our checks. */
  async offer(connection) {
    await connection.setLocalDescription(await connection.createOffer());
    return connection.localDescription.sdp;
  },

  whep(session, sdp) {
    return this.ask('POST', session.whep_url, sdp, {
      'content-type': 'application/sdp',
      authorization: 'Bearer ' + session.token,
    });
  },

  video(id) {
    const video = document.createElement('video');
    video.muted = true;
    video.autoplay = true;
    document.body.append(video);
    this.viewers.set(id, { video });
    return video;
  },

  async webrtc(id, session) {
    const connection = new RTCPeerConnection();
    connection.addTransceiver('video', { direction: 'recvonly' });
    connection.addTransceiver('audio', { direction: 'recvonly' });
    const streams = new Promise((resolve) => {
      connection.ontrack = ({ track, streams: [stream] }) => {
        if (track.kind === 'video') resolve(stream ?? new MediaStream([track]));
      };
    });
    const answer = await this.whep(session, await this.offer(connection));
    if (answer.status !== 201) {
      connection.close();
      return answer;
    }
    const video = this.video(id);
    this.viewers.get(id).connection = connection;
    await connection.setRemoteDescription({ type: 'answer', sdp: answer.text });
    video.srcObject = await streams;
    return answer;
  },

  async mse(id, session) {
    const source = new MediaSource();
    const video = this.video(id);
    video.src = URL.createObjectURL(source);
    await new Promise((resolve) => source.addEventListener('sourceopen', resolve, { once: true }));
    const queue = [];
    let buffer;
    const pump = () => {
      if (buffer === undefined || buffer.updating) return;
      const { buffered } = buffer;
      if (buffered.length > 0) {
        const [from, to] = [buffered.start(buffered.length - 1), buffered.end(buffered.length - 1)];
        if (video.currentTime < from || to - video.currentTime > 3) video.currentTime = to - 0.1;
      }
      if (queue.length > 0) buffer.appendBuffer(queue.shift());
    };
    const socket = new WebSocket(new URL(session.mse_url, location.href.replace(/^http/, 'ws')));
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      if (typeof data !== 'string') queue.push(data);
      const { codecs } = typeof data === 'string' ? JSON.parse(data) : {};
      if (codecs !== undefined && buffer === undefined) {
        buffer = source.addSourceBuffer('video/mp4; codecs="' + codecs + '"');
        buffer.addEventListener('updateend', pump);
      }
      pump();
    });
    this.viewers.get(id).connection = socket;
    return { status: 101, code: '', session };
  },

  /** Brightness of the picture, base64; '' while there is none. */
  pixels(id) {
    const { video } = this.viewers.get(id) ?? {};
    if (video === undefined || video.readyState < 2 || video.videoWidth === 0) return '';
    const canvas = document.createElement('canvas');
    canvas.width = ${WIDTH};
    canvas.height = ${HEIGHT};
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(video, 0, 0, ${WIDTH}, ${HEIGHT});
    const { data } = context.getImageData(0, 0, ${WIDTH}, ${HEIGHT});
    let text = '';
    for (let i = 1; i < data.length; i += 4) text += String.fromCharCode(data[i]);
    return btoa(text);
  },

  close() {
    for (const { connection, video } of this.viewers.values()) {
      connection?.close();
      video.remove();
    }
    this.viewers.clear();
  },
};
`;

/** One picture in the page. */
export class LiveViewer {
  readonly id: string;
  readonly session: LiveSession;
  readonly #page: Page;

  constructor(page: Page, id: string, session: LiveSession) {
    this.#page = page;
    this.id = id;
    this.session = session;
  }

  /** The number that the picture's strip shows; undefined while there is no picture. */
  async frameNumber(): Promise<number | undefined> {
    const pixels = await this.#page.evaluate<string>(`live.pixels('${this.id}')`);
    if (pixels === '') return undefined;
    return readFrameNumber(Buffer.from(pixels, 'base64'), WIDTH, HEIGHT);
  }

  /** Waits until another picture is shown than is now; gives its number. */
  async advance(timeoutMs?: number): Promise<number> {
    const before = await waitFor(`a picture of ${this.id}`, () => this.frameNumber(), timeoutMs);
    return waitFor(
      `the picture of ${this.id} to advance`,
      async () => {
        const number = await this.frameNumber();
        return number !== undefined && number !== before ? number : undefined;
      },
      timeoutMs,
    );
  }

  /** Pixels from left to right of the stream itself. */
  width(): Promise<number> {
    return this.#page.evaluate<number>(`live.viewers.get('${this.id}').video.videoWidth`);
  }

  /** Of WebRTC. */
  connectionState(): Promise<string> {
    return this.#page.evaluate<string>(`live.viewers.get('${this.id}').connection.connectionState`);
  }
}

/** A bare page of the product's origin, signed in, in which live views are opened by hand. */
export class LivePage {
  readonly page: Page;
  #viewers = 0;
  readonly #sessions = new Set<string>();

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, system: RunningSystem): Promise<LivePage> {
    // A page that the product serves: WebSockets from one made up here would not be let through.
    const page = await browser.newPage({ bypassCSP: true });
    await page.goto(`${system.url}/health`);
    await page.evaluate(VIEWERS);
    const live = new LivePage(page);
    const credentials = { username: 'admin', password: system.password };
    const { status } = await live.ask('POST', '/api/v1/session', credentials);
    if (status !== 200) throw new Error(`Sign-in in the page failed: ${status}`);
    return live;
  }

  ask(method: string, path: string, body?: object): Promise<PageAnswer> {
    const args = JSON.stringify([method, path, ...(body === undefined ? [] : [body])]);
    return this.page.evaluate<PageAnswer>(`live.ask(...${args})`);
  }

  /** `POST /api/v1/streams`, whatever it answers. */
  async askForSession(camera: string): Promise<PageAnswer> {
    const body = { camera_id: camera, viewer_id: 'test' };
    const answer = await this.ask('POST', '/api/v1/streams', body);
    if (answer.status === 201) this.#sessions.add(answer.session.session_id);
    return answer;
  }

  async session(camera: string): Promise<LiveSession> {
    const { status, code, session } = await this.askForSession(camera);
    if (status !== 201) throw new Error(`No live session: ${status} ${code}`);
    return session;
  }

  /** Offers a session this SDP, or what the page's own connection offers with the given media. */
  offer(session: LiveSession, sdp: string | { media: 'audio' | 'data' }): Promise<PageAnswer> {
    const given = JSON.stringify(session);
    if (typeof sdp === 'string') {
      return this.page.evaluate<PageAnswer>(`live.whep(${given}, ${JSON.stringify(sdp)})`);
    }
    const add =
      sdp.media === 'audio' ? `addTransceiver('audio')` : `createDataChannel('nothing to see')`;
    return this.page.evaluate<PageAnswer>(`(async () => {
      const connection = new RTCPeerConnection();
      connection.${add};
      const answer = await live.whep(${given}, await live.offer(connection));
      connection.close();
      return answer;
    })()`);
  }

  /** Opens a view by a session; gives the answer where it was refused. */
  async tryWatch(way: Way, session: LiveSession): Promise<LiveViewer | PageAnswer> {
    const id = `${way}-${++this.#viewers}`;
    const answer = await this.page.evaluate<PageAnswer>(
      `live.${way}('${id}', ${JSON.stringify(session)})`,
    );
    return answer.status >= 300 ? answer : new LiveViewer(this.page, id, session);
  }

  async watch(way: Way, camera: string): Promise<LiveViewer> {
    const viewer = await this.tryWatch(way, await this.session(camera));
    if (viewer instanceof LiveViewer) return viewer;
    throw new Error(`No live view: ${viewer.status} ${viewer.code}`);
  }

  async end(session: LiveSession): Promise<number> {
    this.#sessions.delete(session.session_id);
    const { status } = await this.ask('DELETE', `/api/v1/streams/${session.session_id}`);
    return status;
  }

  /** Closes all views, and ends their sessions. */
  async endAll(): Promise<void> {
    await this.page.evaluate('live.close()');
    for (const id of this.#sessions) await this.ask('DELETE', `/api/v1/streams/${id}`);
    this.#sessions.clear();
  }
}
