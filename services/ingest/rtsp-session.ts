import type { Clock, EpochMs, MonotonicMs, Timer } from '@vms/common/clock.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import { createDepacketizer } from '@vms/wire/rtp/create-depacketizer.ts';
import type { AccessUnit, AccessUnitSink, Depacketizer } from '@vms/wire/rtp/depacketizer.ts';
import type { RtspRequest, RtspResponse } from '@vms/wire/rtsp/message.ts';
import type { QuirkId } from '@vms/wire/rtsp/quirks.ts';
import type { MediaTrack, SessionDescription } from '@vms/wire/sdp/session-description.ts';
import type { PinnedAddress } from './address-policy.ts';
import { IngestError } from './ingest-error.ts';
import { withCredentials } from './path-credentials.ts';
import { ReceiverReports } from './receiver-reports.ts';
import { type Credentials, RtspClient } from './rtsp-client.ts';
import { RtspConnection, type RtspConnectionHandler } from './rtsp-connection.ts';
import {
  askOptions,
  chooseTracks,
  describe,
  keepAliveIntervalMs,
  type SessionTerms,
  STEP_TIMEOUT_MS,
  setUpTrack,
  type TrackSetup,
} from './rtsp-open.ts';
import { errorOfStatus } from './rtsp-status.ts';

/** Milliseconds that a camera has to answer TEARDOWN before the connection is closed without. */
export const TEARDOWN_TIMEOUT_MS = 1_000;

/** Who takes what a session brings. */
export interface RtspSessionHandler {
  /** The tracks that will come, by position; called once, before the first access unit. */
  onTracks(tracks: readonly MediaTrack[]): void;
  /** `track` is the position in {@link RtspSession.tracks}. The unit is read during the call. */
  onAccessUnit(track: number, unit: AccessUnit): void;
  /** A peculiarity of the camera was met and tolerated; once each and session. */
  onQuirk(quirk: QuirkId): void;
  /** The session has ended by itself; nothing follows. Not called by `close`. */
  onEnded(error: IngestError): void;
}

export interface RtspSessionOptions {
  readonly address: PinnedAddress;
  /** Whether a camera chose the address: nothing is filled into its path then. Default false. */
  readonly redirected?: boolean;
  readonly credentials: Credentials;
  readonly readBuffer: Uint8Array;
  readonly clock: Clock;
  readonly verifyCertificate: boolean;
  readonly handler: RtspSessionHandler;
  readonly randomBytes?: RandomBytes;
}

/** Counts of one session that are not of a track. */
export interface RtspSessionStatistics {
  /** Bytes from the socket. */
  readonly receivedBytes: number;
  /** Packets on channels that belong to nothing that was set up. */
  readonly unassignedPackets: number;
  /** How often bytes had to be skipped because the framing was lost. */
  readonly lostFramings: number;
  readonly unansweredKeepAlives: number;
}

/** A track's place between the depacketizer and the session's handler. */
class TrackSink implements AccessUnitSink {
  readonly #session: RtspSession;
  readonly #index: number;

  constructor(session: RtspSession, index: number) {
    this.#session = session;
    this.#index = index;
  }

  onAccessUnit(unit: AccessUnit): void {
    this.#session.handler.onAccessUnit(this.#index, unit);
  }

  onQuirk(quirk: QuirkId): void {
    this.#session.tellQuirk(quirk);
  }
}

/**
 * One RTSP session over one TCP connection (RFC 2326): OPTIONS, DESCRIBE, SETUP of each track, PLAY,
 * then access units until it ends or is closed with TEARDOWN.
 */
export class RtspSession implements RtspConnectionHandler {
  readonly handler: RtspSessionHandler;
  readonly #options: RtspSessionOptions;
  readonly #client: RtspClient;
  readonly #connection: RtspConnection;
  /** By interleaved channel. */
  readonly #depacketizers: (Depacketizer | undefined)[] = new Array(256).fill(undefined);
  readonly #reports: (ReceiverReports | undefined)[] = new Array(256).fill(undefined);
  readonly #taken = new Set<number>();
  readonly #quirks = new Set<QuirkId>();
  readonly #connected: Promise<void>;
  #tellConnected: { resolve: () => void; reject: (error: IngestError) => void } | undefined;
  #setups: TrackSetup[] = [];
  #description: SessionDescription | undefined;
  #terms: SessionTerms | undefined;
  #keepAlive: Timer | undefined;
  #keepAliveMethod: 'GET_PARAMETER' | 'OPTIONS' = 'OPTIONS';
  #keepAlivePending = false;
  #lastAnswerAt: MonotonicMs = Number.NEGATIVE_INFINITY;
  #answerTimeoutMs = STEP_TIMEOUT_MS;
  #clockOffsetSeconds: number | undefined;
  /** Whether data is wanted: from the last SETUP until the end. */
  #live = false;
  #playing = false;
  #closing = false;
  #ended: IngestError | undefined;
  #dataPackets = 0;
  #unassignedPackets = 0;
  #lostFramings = 0;
  #unansweredKeepAlives = 0;

  constructor(options: RtspSessionOptions) {
    this.#options = options;
    this.handler = options.handler;
    this.#connected = new Promise((resolve, reject) => {
      this.#tellConnected = { resolve, reject };
    });
    this.#connected.catch(() => {});
    this.#connection = new RtspConnection(
      {
        address: options.address,
        readBuffer: options.readBuffer,
        clock: options.clock,
        verifyCertificate: options.verifyCertificate,
        handler: this,
      },
      () => this.#tellConnected?.resolve(),
    );
    const { address, credentials, redirected = false } = options;
    this.#client = new RtspClient({
      connection: this.#connection,
      clock: options.clock,
      credentials,
      toSentUri: (uri) => (redirected ? uri : withCredentials(uri, address.url, credentials)),
      ...(options.randomBytes && { randomBytes: options.randomBytes }),
    });
  }

  /** What the camera described; empty before `open` got so far. */
  get described(): readonly MediaTrack[] {
    return this.#description?.tracks ?? [];
  }

  /** The tracks that were set up, in the order of their positions. */
  get tracks(): readonly MediaTrack[] {
    return this.#setups.map(({ media }) => media);
  }

  get statistics(): RtspSessionStatistics {
    return {
      receivedBytes: this.#connection.receivedBytes,
      unassignedPackets: this.#unassignedPackets,
      lostFramings: this.#lostFramings,
      unansweredKeepAlives: this.#unansweredKeepAlives,
    };
  }

  /** When the camera last answered a request, monotonic; minus infinity before it did. */
  get lastAnswerAt(): MonotonicMs {
    return this.#lastAnswerAt;
  }

  /** Whether the camera asked for a sign-in. */
  get askedForLogin(): boolean {
    return this.#client.askedForLogin;
  }

  /** The camera's clock less ours, seconds; undefined where its answers tell no time. */
  get clockOffsetSeconds(): number | undefined {
    return this.#clockOffsetSeconds;
  }

  /** RTP packets of the tracks that were set up: grows for as long as the camera sends. */
  get packets(): number {
    return this.#dataPackets;
  }

  depacketizerOf(track: number): Depacketizer | undefined {
    const setup = this.#setups[track];
    return setup === undefined ? undefined : this.#depacketizers[setup.rtpChannel];
  }

  /**
   * Runs through to PLAY. Access units may come before it resolves. Where it fails, `close` must still
   * be called: the camera may hold a session.
   *
   * @throws IngestError, RedirectError
   */
  async open(): Promise<void> {
    const { url } = this.#options.address;
    await this.#connected;
    const methods = await askOptions(this.#client, url);
    if (methods.has('GET_PARAMETER')) this.#keepAliveMethod = 'GET_PARAMETER';
    this.#description = await describe(this.#client, url);
    for (const quirk of this.#description.quirks) this.tellQuirk(quirk);
    const [video, ...others] = chooseTracks(this.#description);
    if (video !== undefined) await this.#setUp(video);
    for (const track of others) await this.#setUpIfPossible(track);
    this.handler.onTracks(this.tracks);
    this.#live = true;
    await this.#play(this.#description.controlUrl);
    if (this.#ended !== undefined) throw this.#ended;
    this.#playing = true;
    const interval = keepAliveIntervalMs(this.#terms);
    this.#answerTimeoutMs = Math.min(STEP_TIMEOUT_MS, interval * 0.8);
    this.#keepAlive = this.#options.clock.every(interval, () => void this.#sendKeepAlive());
  }

  /** Ends the session: TEARDOWN wherever there is a session, then the connection. Never throws. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#live = false;
    this.#keepAlive?.cancel();
    if (this.#client.sessionId !== undefined && !this.#connection.closed) {
      const url = this.#description?.controlUrl ?? this.#options.address.url;
      await this.#client.request('TEARDOWN', url, [], TEARDOWN_TIMEOUT_MS).catch(() => {});
    }
    this.#connection.destroy();
    this.#fail(
      new IngestError('ingest.connection-lost', 'The connection to the camera was closed.'),
    );
  }

  /** Asks the camera for a sign of life now. */
  probe(): void {
    void this.#sendKeepAlive();
  }

  onData(channel: number, buffer: Uint8Array, start: number, end: number): void {
    if (!this.#live) return;
    const depacketizer = this.#depacketizers[channel];
    if (depacketizer !== undefined) {
      this.#dataPackets++;
      depacketizer.push(buffer, start, end);
      return;
    }
    const reports = this.#reports[channel];
    if (reports !== undefined) {
      reports.onRtcp(buffer, start, end);
      return;
    }
    this.#unassignedPackets++;
    this.tellQuirk('unassigned-channel');
  }

  onResponse(response: RtspResponse): void {
    const { clock } = this.#options;
    this.#lastAnswerAt = clock.monotonic();
    this.#clockOffsetSeconds ??= clockOffsetOf(response, clock.now());
    this.#client.onResponse(response);
  }

  onRequest(request: RtspRequest): void {
    this.#client.onRequest(request);
  }

  onLostFraming(): void {
    this.#lostFramings++;
    this.tellQuirk('lost-framing');
  }

  onClosed(error: IngestError): void {
    this.#keepAlive?.cancel();
    this.#fail(error);
    if (this.#playing && !this.#closing) this.handler.onEnded(error);
  }

  /** Passes a peculiarity on, the first time. */
  tellQuirk(quirk: QuirkId): void {
    if (this.#quirks.has(quirk)) return;
    this.#quirks.add(quirk);
    this.handler.onQuirk(quirk);
  }

  #fail(error: IngestError): void {
    this.#ended ??= error;
    this.#tellConnected?.reject(error);
    this.#client.fail(error);
  }

  async #setUp(media: MediaTrack): Promise<void> {
    const index = this.#setups.length;
    const asked = this.#freeChannel();
    const { setup, terms } = await setUpTrack(this.#client, media, asked, this.#taken);
    this.#terms ??= terms;
    if (setup.rtpChannel !== asked) this.tellQuirk('changed-channels');
    this.#setups.push(setup);
    this.#taken.add(setup.rtpChannel).add(setup.rtcpChannel);
    this.#connection.assignChannel(setup.rtpChannel);
    this.#connection.assignChannel(setup.rtcpChannel);
    const depacketizer = createDepacketizer(media, new TrackSink(this, index), {
      expectedSsrc: setup.ssrc,
    });
    this.#depacketizers[setup.rtpChannel] = depacketizer;
    this.#reports[setup.rtcpChannel] = new ReceiverReports(
      this.#options.clock,
      depacketizer,
      setup.rtcpChannel,
    );
  }

  /** A camera that gives its video but not its audio is recorded without. */
  async #setUpIfPossible(media: MediaTrack): Promise<void> {
    try {
      await this.#setUp(media);
    } catch (error) {
      const refused = error instanceof IngestError && REFUSALS.has(error.code);
      if (!refused) throw error;
    }
  }

  #freeChannel(): number {
    let channel = 0;
    while (this.#taken.has(channel) || this.#taken.has(channel + 1)) channel += 2;
    return channel;
  }

  async #play(url: string): Promise<void> {
    const headers = [['Range', 'npt=0.000-']] as const;
    let response: RtspResponse;
    try {
      response = await this.#client.request('PLAY', url, headers, STEP_TIMEOUT_MS);
    } catch (error) {
      // Some cameras play and do not say so.
      const silent = error instanceof IngestError && error.code === 'ingest.no-answer';
      if (silent && this.#dataPackets > 0) return;
      throw error;
    }
    if (response.status !== 200) throw errorOfStatus('PLAY', response);
  }

  #sendReports(): void {
    for (const { rtcpChannel } of this.#setups) {
      const report = this.#reports[rtcpChannel]?.next();
      if (report !== undefined) this.#connection.send(report);
    }
  }

  /** An answer is welcome but not demanded: whether frames come is what counts. */
  async #sendKeepAlive(): Promise<void> {
    if (this.#keepAlivePending || this.#closing) return;
    this.#keepAlivePending = true;
    this.#sendReports();
    try {
      const url = this.#description?.controlUrl ?? this.#options.address.url;
      const method = this.#keepAliveMethod;
      const response = await this.#client.request(method, url, [], this.#answerTimeoutMs);
      if (response.status >= 400) {
        this.#keepAliveMethod = 'OPTIONS';
        this.tellQuirk('keep-alive-rejected');
      }
    } catch (error) {
      this.#unansweredKeepAlives++;
      if (!this.#closing && error instanceof IngestError) this.tellQuirk('keep-alive');
    } finally {
      this.#keepAlivePending = false;
    }
  }
}

/** RFC 2326 §12.18. Live555 writes a comma too many: `Fri, Apr 30 2021 20:12:32 GMT`. */
function clockOffsetOf(response: RtspResponse, now: EpochMs): number | undefined {
  const date = response.headers.get('Date');
  const then = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(then) ? undefined : (then - now) / 1000;
}

const REFUSALS: ReadonlySet<string> = new Set([
  'ingest.refused',
  'ingest.not-found',
  'ingest.protocol',
]);
