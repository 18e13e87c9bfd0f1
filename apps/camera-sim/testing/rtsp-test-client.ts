import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { authorizationHeader, parseChallenges, selectChallenge } from '@vms/wire/rtsp/digest.ts';
import { type HeaderField, type RtspResponse, serializeRequest } from '@vms/wire/rtsp/message.ts';
import { createRtspStreamParser } from '@vms/wire/rtsp/stream-parser.ts';
import type { Credentials } from '../simulated-camera.ts';

/** A packet as it came: channel and bytes of its own. */
export interface ReceivedPacket {
  readonly channel: number;
  readonly bytes: Uint8Array;
}

/** The least that speaks RTSP, so that a test can hold every message in its hand. */
export class RtspTestClient {
  readonly packets: ReceivedPacket[] = [];
  readonly raw: Buffer[] = [];
  /** Bytes that belonged to no packet and no message. */
  lostBytes = 0;
  session: string | undefined;
  readonly closed: Promise<'end' | 'reset'>;
  readonly #socket: Socket;
  readonly #url: string;
  readonly #waiting: ((response: RtspResponse) => void)[] = [];
  readonly #watchers = new Set<() => void>();
  #sequence = 0;

  constructor(url: string) {
    this.#url = url;
    const { hostname, port } = new URL(url);
    this.#socket = connect({ host: hostname, port: Number(port) });
    const parser = createRtspStreamParser({
      onResponse: (response) => this.#waiting.shift()?.(response),
      onRequest: () => {},
      onData: (channel, buffer, start, end) => {
        this.packets.push({ channel, bytes: buffer.slice(start, end) });
        for (const watcher of this.#watchers) watcher();
      },
      onLostFraming: (bytes) => {
        this.lostBytes += bytes;
      },
    });
    for (const channel of [0, 1, 2, 3]) parser.assignChannel(channel);
    this.#socket.on('data', (chunk: Buffer) => {
      this.raw.push(chunk);
      parser.push(chunk, 0, chunk.length);
    });
    this.closed = new Promise((resolve) => {
      this.#socket.once('end', () => resolve('end'));
      this.#socket.once('error', () => resolve('reset'));
      this.#socket.once('close', () => resolve('end'));
    });
  }

  async connected(): Promise<this> {
    await once(this.#socket, 'connect');
    return this;
  }

  request(method: string, headers: readonly HeaderField[] = [], path = ''): Promise<RtspResponse> {
    this.#sequence++;
    const fields: HeaderField[] = [['CSeq', this.#sequence], ...headers];
    if (this.session !== undefined) fields.push(['Session', this.session]);
    this.#socket.write(serializeRequest(method, `${this.#url}${path}`, fields));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Sends a request, and again with a login where the camera asks for one. */
  async login(method: string, credentials: Credentials): Promise<RtspResponse> {
    const refused = await this.request(method);
    const challenge = selectChallenge(parseChallenges(refused.headers.getAll('WWW-Authenticate')));
    if (challenge === undefined) return refused;
    const authorization = authorizationHeader({
      challenge,
      ...credentials,
      method,
      uri: this.#url,
      cnonce: '01234567',
      nonceCount: 1,
    });
    return this.request(method, [['Authorization', authorization]]);
  }

  /** SETUP of these tracks, then PLAY. */
  async play(tracks: readonly number[] = [0]): Promise<RtspResponse> {
    for (const track of tracks) {
      const transport = `RTP/AVP/TCP;unicast;interleaved=${track * 2}-${track * 2 + 1}`;
      const response = await this.request('SETUP', [['Transport', transport]], `/trackID=${track}`);
      this.session ??= response.headers.get('Session')?.split(';')[0];
    }
    return this.request('PLAY');
  }

  /** Resolves as soon as the packets satisfy a condition. */
  until(condition: (packets: readonly ReceivedPacket[]) => boolean): Promise<void> {
    if (condition(this.packets)) return Promise.resolve();
    return new Promise((resolve) => {
      const watcher = (): void => {
        if (!condition(this.packets)) return;
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
    });
  }

  /** Stops reading, as a client does that hangs. */
  pause(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }
}
