import type { Socket } from 'node:net';
import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import { formatDigestChallenge, verifyAuthorization } from '@vms/wire/rtsp/digest.ts';
import {
  formatInterleavedTransport,
  parseSession,
  parseTransport,
} from '@vms/wire/rtsp/headers.ts';
import { type HeaderField, type RtspRequest, serializeResponse } from '@vms/wire/rtsp/message.ts';
import { createRtspStreamParser, type RtspStreamParser } from '@vms/wire/rtsp/stream-parser.ts';
import { CameraSession } from './camera-session.ts';
import type { Pacer } from './pacer.ts';
import { describeTracks, describeUnknownCodec, trackControl } from './session-description.ts';
import type { CameraConnection, Credentials, SimulatedCamera } from './simulated-camera.ts';

/** Which logins a server offers. */
export type AuthenticationScheme = 'digest' | 'basic' | 'both';

/** What every connection of a simulator shares. */
export interface ConnectionContext {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly pacer: Pacer;
  readonly packetsPerWrite: number;
  readonly authentication: AuthenticationScheme;
  readonly sessionTimeoutSeconds: number;
  readonly realm: string;
  /** The header `Server`; undefined sends none. */
  readonly server?: string;
  /** Login without which not even "no such path" is answered; undefined answers it to everybody. */
  readonly deviceCredentials: Credentials | undefined;
  findCamera(uri: string): SimulatedCamera | undefined;
}

const PUBLIC = 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, SET_PARAMETER, TEARDOWN';
const HTTP_ANSWER =
  'HTTP/1.1 400 Bad Request\r\nServer: lighttpd\r\nContent-Type: text/html\r\nContent-Length: 27\r\n' +
  'Connection: close\r\n\r\n<html>400 Bad Request</html>';

type Handler = (camera: SimulatedCamera, request: RtspRequest) => void;

/** One client: reads its requests, answers as the camera of their path would, and plays to it. */
export class RtspConnection implements CameraConnection {
  readonly #socket: Socket;
  readonly #context: ConnectionContext;
  readonly #parser: RtspStreamParser;
  readonly #channels = new Map<number, number>();
  readonly #handlers: Readonly<Record<string, Handler>>;
  #camera: SimulatedCamera | undefined;
  #session: CameraSession | undefined;
  #sessionId: string | undefined;
  #nonce: string;
  #nonceIsStale = false;
  #lastHeard: MonotonicMs;

  constructor(socket: Socket, context: ConnectionContext) {
    this.#socket = socket;
    this.#context = context;
    this.#nonce = this.#randomText();
    this.#lastHeard = context.clock.monotonic();
    this.#handlers = {
      DESCRIBE: (camera, request) => this.#describe(camera, request),
      SETUP: (camera, request) => this.#setUp(camera, request),
      PLAY: (camera, request) => this.#play(camera, request),
      GET_PARAMETER: (_, request) => this.#answer(request, 200, 'OK'),
      SET_PARAMETER: (_, request) => this.#answer(request, 200, 'OK'),
      TEARDOWN: (_, request) => this.#tearDown(request),
    };
    this.#parser = createRtspStreamParser({
      onRequest: (request) => this.#onRequest(request),
      onResponse: () => {},
      // Receiver reports: a sign of life and nothing else.
      onData: () => {},
      onLostFraming: () => {},
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', () => {});
    socket.on('close', () => this.#closed());
  }

  close(): void {
    this.#stopPlaying();
    this.#socket.end();
  }

  reset(): void {
    this.#stopPlaying();
    this.#socket.resetAndDestroy();
  }

  writeGarbage(bytes: Uint8Array): void {
    if (this.#session === undefined) return;
    // No dollar sign: a client finds its way back at the next packet. No line end: between messages it
    // means nothing, and nobody counts it.
    this.#socket.write(
      bytes.map((byte) => (byte === 0x24 || byte === 0x0d || byte === 0x0a ? 0x25 : byte)),
    );
  }

  renewNonce(): void {
    this.#nonce = this.#randomText();
    this.#nonceIsStale = true;
  }

  /** Ends a session of which nothing was heard for the time that its Session header promised. */
  endIfSilent(now: MonotonicMs): void {
    if (this.#session === undefined) return;
    const silentMs = now - this.#lastHeard;
    if (silentMs > this.#context.sessionTimeoutSeconds * 1000) this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#lastHeard = this.#context.clock.monotonic();
    try {
      this.#parser.push(chunk, 0, chunk.length);
    } catch {
      this.#socket.destroy();
    }
  }

  #onRequest(request: RtspRequest): void {
    const camera = this.#context.findCamera(request.uri);
    if (camera !== undefined && camera !== this.#camera) {
      this.#camera?.connections.delete(this);
      this.#camera = camera;
      camera.connections.add(this);
    }
    switch (camera?.behaviour.answers) {
      case 'none':
        return;
      case 'http':
        this.#socket.end(HTTP_ANSWER);
        return;
      case 'not-found':
        this.#answer(request, 404, 'Stream Not Found');
        return;
      case 'refused':
        this.#answer(request, 503, 'Service Unavailable');
        return;
      default:
    }
    if (request.method === 'OPTIONS') {
      this.#answer(request, 200, 'OK', [['Public', PUBLIC]]);
    } else if (!this.#mayEnter(camera, request)) {
      this.#challenge(request);
    } else if (camera === undefined) {
      this.#answer(request, 404, 'Stream Not Found');
    } else {
      const handler = this.#handlers[request.method];
      if (handler === undefined) this.#answer(request, 501, 'Not Implemented');
      else handler(camera, request);
    }
  }

  #mayEnter(camera: SimulatedCamera | undefined, request: RtspRequest): boolean {
    if (camera?.behaviour.answers === 'unauthorized') return false;
    const credentials = camera === undefined ? this.#context.deviceCredentials : camera.credentials;
    if (credentials === undefined) return true;
    const header = request.headers.get('Authorization');
    const offered = this.#context.authentication;
    const scheme = /^\s*basic\b/i.test(header ?? '') ? 'basic' : 'digest';
    if (offered !== 'both' && scheme !== offered) return false;
    return verifyAuthorization(header, {
      method: request.method,
      realm: this.#context.realm,
      nonce: this.#nonce,
      ...credentials,
    });
  }

  #challenge(request: RtspRequest): void {
    const { authentication: offered, realm } = this.#context;
    const challenges: HeaderField[] = [];
    if (offered !== 'basic') {
      const stale = this.#nonceIsStale;
      challenges.push(['WWW-Authenticate', formatDigestChallenge(realm, this.#nonce, { stale })]);
      this.#nonceIsStale = false;
    }
    if (offered !== 'digest') challenges.push(['WWW-Authenticate', `Basic realm="${realm}"`]);
    this.#answer(request, 401, 'Unauthorized', challenges);
  }

  #describe(camera: SimulatedCamera, request: RtspRequest): void {
    const tracks = camera.tracks.map((track) => track.prepared);
    const text =
      camera.behaviour.answers === 'unknown-codec'
        ? describeUnknownCodec(camera.name)
        : describeTracks(camera.name, tracks);
    const base = request.uri.endsWith('/') ? request.uri : `${request.uri}/`;
    const headers: HeaderField[] = [
      ['Content-Base', base],
      ['Content-Type', 'application/sdp'],
    ];
    this.#answer(request, 200, 'OK', headers, Buffer.from(text));
  }

  #setUp(camera: SimulatedCamera, request: RtspRequest): void {
    const transport = parseTransport(request.headers.get('Transport') ?? '');
    if (transport.protocol !== 'RTP/AVP/TCP') {
      this.#answer(request, 461, 'Unsupported Transport');
      return;
    }
    const index = camera.tracks.findIndex((_, track) => request.uri.endsWith(trackControl(track)));
    if (index < 0) {
      this.#answer(request, 404, 'Track Not Found');
      return;
    }
    const channel = transport.interleaved?.[0] ?? index * 2;
    this.#channels.set(index, channel);
    this.#parser.assignChannel(channel);
    this.#parser.assignChannel(channel + 1);
    this.#sessionId ??= this.#randomText();
    this.#answer(request, 200, 'OK', [['Transport', formatInterleavedTransport(channel)]]);
  }

  #play(camera: SimulatedCamera, request: RtspRequest): void {
    const session = parseSession(request.headers.get('Session') ?? '');
    if (this.#channels.size === 0 || session?.id !== this.#sessionId) {
      this.#answer(request, 454, 'Session Not Found');
      return;
    }
    if (this.#session !== undefined) {
      this.#answer(request, 200, 'OK');
      return;
    }
    const { clock, random, packetsPerWrite, pacer } = this.#context;
    const socket = this.#socket;
    const playing = new CameraSession({
      camera,
      channels: this.#channels,
      clock,
      random,
      packetsPerWrite,
      output: {
        write: (bytes) => socket.write(bytes),
        get backlogBytes() {
          return socket.writableLength;
        },
      },
    });
    const base = request.uri.endsWith('/') ? request.uri : `${request.uri}/`;
    this.#answer(request, 200, 'OK', [
      ['Range', 'npt=now-'],
      ['RTP-Info', playing.rtpInfo(base)],
    ]);
    this.#session = playing;
    pacer.add(playing);
  }

  #tearDown(request: RtspRequest): void {
    this.#stopPlaying();
    this.#answer(request, 200, 'OK');
    this.#socket.end();
  }

  #answer(
    request: RtspRequest,
    status: number,
    reason: string,
    headers: readonly HeaderField[] = [],
    body?: Uint8Array,
  ): void {
    const fields: HeaderField[] = [['CSeq', request.headers.get('CSeq') ?? '0']];
    const { server } = this.#context;
    if (server !== undefined) fields.push(['Server', server]);
    if (this.#sessionId !== undefined) {
      fields.push(['Session', this.#sessionHeader(request.method)]);
    }
    this.#socket.write(serializeResponse(status, reason, [...fields, ...headers], body));
  }

  #sessionHeader(method: string): string {
    const timeout = method === 'SETUP' ? `;timeout=${this.#context.sessionTimeoutSeconds}` : '';
    return `${this.#sessionId}${timeout}`;
  }

  #stopPlaying(): void {
    if (this.#session !== undefined) this.#context.pacer.delete(this.#session);
    this.#session = undefined;
  }

  #closed(): void {
    this.#stopPlaying();
    this.#camera?.connections.delete(this);
  }

  #randomText(): string {
    return Buffer.from(this.#context.random(8)).toString('hex');
  }
}
