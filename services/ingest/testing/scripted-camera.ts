import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { formatDigestChallenge, verifyAuthorization } from '@vms/wire/rtsp/digest.ts';
import {
  type HeaderField,
  type RtspRequest,
  serializeResponse,
  writeInterleavedHeader,
} from '@vms/wire/rtsp/message.ts';
import { createRtspStreamParser } from '@vms/wire/rtsp/stream-parser.ts';
import { type PacketChanges, rtpPacket } from './rtp-frames.ts';

const REALM = 'scripted';
const TEXT = new TextEncoder();

/** What a script lets the camera do: a response, nothing, the end, or bytes of its own. */
export type Answer =
  | {
      readonly status: number;
      readonly reason?: string;
      readonly headers?: readonly HeaderField[];
      readonly body?: string;
      /** Leaves CSeq out, or says another. */
      readonly cseq?: string | undefined;
    }
  | 'silence'
  | 'close'
  | { readonly raw: string };

export interface Script {
  readonly username?: string;
  readonly password?: string;
  readonly scheme?: 'digest' | 'basic' | 'both';
  readonly sdp?: string;
  /** Value of `Public`. */
  readonly methods?: string;
  readonly sessionTimeoutSeconds?: number;
  /** Milliseconds between frames that it sends by itself while it plays; 0 sends none. Default 10. */
  readonly frameIntervalMs?: number;
  /** Frames from one keyframe to the next. Default 5. */
  readonly gop?: number;
  /** Bytes of the NAL unit of each frame. Default 32. */
  readonly frameBytes?: number;
  /** Whether it sends sound with each frame, on the channel behind that of the video. Default false. */
  readonly sound?: boolean;
  /** Answers in the place of the usual; undefined leaves it to that. */
  answer?(request: RtspRequest, connection: ScriptedConnection): Answer | undefined;
}

/** SDP of one H.264 track (and one PCMA track) with parameter sets of 240 x 160 pixels. */
export const VIDEO_SDP = [
  'v=0',
  'o=- 0 0 IN IP4 127.0.0.1',
  's=scripted',
  't=0 0',
  'a=control:*',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  'a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LAHtkDxWhAAAADAEAAAAwDxYuS,aMuMsg==',
  'a=control:video',
  '',
].join('\r\n');
export const AUDIO_SDP = ['m=audio 0 RTP/AVP 8', 'a=control:audio', ''].join('\r\n');

/** One connection to the scripted camera. */
export class ScriptedConnection {
  readonly socket: Socket;
  readonly requests: RtspRequest[] = [];
  /** Interleaved data that came: receiver reports. */
  readonly data: { readonly channel: number; readonly bytes: Uint8Array }[] = [];
  nonce = 'nonce-1';
  /** Changes with each SETUP; the session is over with TEARDOWN. */
  setups = 0;
  playing: NodeJS.Timeout | undefined;
  readonly #script: Script;
  #frames = 0;
  #sounds = 0;

  constructor(socket: Socket, script: Script) {
    this.socket = socket;
    this.#script = script;
    const parser = createRtspStreamParser({
      onRequest: (request) => this.#take(request),
      onResponse: () => {},
      onData: (channel, buffer, start, end) => {
        this.data.push({ channel, bytes: Uint8Array.from(buffer.subarray(start, end)) });
      },
      onLostFraming: () => {},
    });
    socket.on('data', (data) => {
      try {
        parser.push(data, 0, data.length);
      } catch {
        socket.destroy();
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => this.pause());
  }

  methods(): string[] {
    return this.requests.map(({ method }) => method);
  }

  /** Sends a frame of one small NAL unit as one RTP packet. */
  sendFrame(keyframe: boolean, channel = 0, changes: PacketChanges = {}): void {
    const packet = rtpPacket(this.#frames++, keyframe, changes);
    this.sendPacket(channel, packet);
  }

  /** Sends a packet of G.711 on the channel behind that of the video. */
  sendSound(changes: PacketChanges = {}): void {
    this.sendPacket(2, rtpPacket(this.#sounds++, false, { type: 8, ...changes }));
  }

  sendPacket(channel: number, packet: Uint8Array): void {
    const bytes = new Uint8Array(4 + packet.length);
    writeInterleavedHeader(bytes, 0, channel, packet.length);
    bytes.set(packet, 4);
    this.socket.write(bytes);
  }

  play(): void {
    const interval = this.#script.frameIntervalMs ?? 10;
    if (interval === 0 || this.playing !== undefined) return;
    const gop = this.#script.gop ?? 5;
    this.playing = setInterval(() => {
      const changes = { bytes: this.#script.frameBytes ?? 32 };
      this.sendFrame(this.#frames % gop === 0, 0, changes);
      if (this.#script.sound === true) this.sendSound();
    }, interval);
  }

  pause(): void {
    clearInterval(this.playing);
    this.playing = undefined;
  }

  respond(request: RtspRequest, answer: Exclude<Answer, string>): void {
    if ('raw' in answer) {
      this.socket.write(answer.raw);
      return;
    }
    const cseq = 'cseq' in answer ? answer.cseq : request.headers.get('CSeq');
    this.socket.write(
      serializeResponse(
        answer.status,
        answer.reason ?? 'Scripted',
        [...(cseq === undefined ? [] : [['CSeq', cseq] as const]), ...(answer.headers ?? [])],
        TEXT.encode(answer.body ?? ''),
      ),
    );
  }

  /** The answer that a request gets where the script has none. */
  respondAsUsual(request: RtspRequest): void {
    const answer = this.#usual(request);
    if (typeof answer !== 'string') this.respond(request, answer);
  }

  #take(request: RtspRequest): void {
    this.requests.push(request);
    const answer = this.#script.answer?.(request, this) ?? this.#usual(request);
    if (answer === 'silence') return;
    if (answer === 'close') {
      this.socket.destroySoon();
      return;
    }
    this.respond(request, answer);
    if (!('status' in answer) || answer.status !== 200) return;
    if (request.method === 'PLAY') this.play();
    if (request.method === 'TEARDOWN') this.pause();
  }

  #usual(request: RtspRequest): Answer {
    const { username, sdp = VIDEO_SDP } = this.#script;
    if (username !== undefined && !this.isSignedIn(request)) {
      return { status: 401, reason: 'Unauthorized', headers: this.challenges() };
    }
    const session = `session-1;timeout=${this.#script.sessionTimeoutSeconds ?? 60}`;
    switch (request.method) {
      case 'OPTIONS': {
        const methods = this.#script.methods ?? 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN';
        return { status: 200, headers: [['Public', methods]] };
      }
      case 'DESCRIBE':
        return {
          status: 200,
          headers: [
            ['Content-Type', 'application/sdp'],
            ['Content-Base', `${request.uri}/`],
          ],
          body: sdp,
        };
      case 'SETUP': {
        const transport = request.headers.get('Transport') ?? '';
        this.setups++;
        return {
          status: 200,
          headers: [
            ['Session', session],
            ['Transport', transport],
          ],
        };
      }
      default:
        return { status: 200, headers: [['Session', session]] };
    }
  }

  /** Whether a request carries the right login. */
  isSignedIn(request: RtspRequest): boolean {
    const { username = '', password = '' } = this.#script;
    return verifyAuthorization(request.headers.get('Authorization'), {
      method: request.method,
      realm: REALM,
      nonce: this.nonce,
      username,
      password,
    });
  }

  /** Values of WWW-Authenticate as the script wants them. */
  challenges(): readonly HeaderField[] {
    const basic = ['WWW-Authenticate', `Basic realm="${REALM}"`] as const;
    const digest = ['WWW-Authenticate', formatDigestChallenge(REALM, this.nonce)] as const;
    switch (this.#script.scheme ?? 'digest') {
      case 'basic':
        return [basic];
      case 'both':
        return [basic, digest];
      default:
        return [digest];
    }
  }
}

/** A camera that does what a test scripts, over real sockets. */
export class ScriptedCamera {
  readonly connections: ScriptedConnection[] = [];
  readonly #server: Server;
  readonly #scheme: 'rtsp' | 'rtsps';
  #port = 0;

  private constructor(script: Script, tls?: { key: string; cert: string }) {
    const accept = (socket: Socket): void => {
      this.connections.push(new ScriptedConnection(socket, script));
    };
    this.#scheme = tls === undefined ? 'rtsp' : 'rtsps';
    this.#server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
  }

  static async start(
    script: Script = {},
    options: { port?: number; tls?: { key: string; cert: string } } = {},
  ): Promise<ScriptedCamera> {
    const camera = new ScriptedCamera(script, options.tls);
    await new Promise<void>((resolve, reject) => {
      camera.#server.once('error', reject);
      camera.#server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    const address = camera.#server.address();
    camera.#port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    return camera;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.#port}/stream`;
  }

  /** The newest connection. */
  get last(): ScriptedConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('Nobody has connected yet.');
    return connection;
  }

  /** Every request of every connection, by method. */
  get methods(): string[] {
    return this.connections.flatMap((connection) => connection.methods());
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const { socket } of this.connections) socket.destroy();
    await closed;
  }
}
