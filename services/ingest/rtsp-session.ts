import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import { createDepacketizer } from '@vms/wire/rtp/create-depacketizer.ts';
import type { AccessUnit, AccessUnitSink, Depacketizer } from '@vms/wire/rtp/depacketizer.ts';
import type { RtspRequest, RtspResponse } from '@vms/wire/rtsp/message.ts';
import type { QuirkId } from '@vms/wire/rtsp/quirks.ts';
import type { MediaTrack, SessionDescription } from '@vms/wire/sdp/session-description.ts';
import type { PinnedAddress } from './address-policy.ts';
import { IngestError, isNoAnswer, isRefusal } from './ingest-error.ts';
import { KeepAlive } from './keep-alive.ts';
import type { Login } from './login.ts';
import { withCredentials } from './path-credentials.ts';
import { ReceiverReports } from './receiver-reports.ts';
import { type Credentials, RtspClient } from './rtsp-client.ts';
import { RtspConnection, type RtspConnectionHandler } from './rtsp-connection.ts';
import {
  askOptions,
  chooseTracks,
  clockOffsetOf,
  describe,
  type SessionTerms,
  setUpTrack,
  type TrackSetup,
} from './rtsp-open.ts';
import type { RtspSessionHandler, RtspSessionStatistics } from './rtsp-session-handler.ts';
import { errorOfStatus, refusesRange, undecipherable } from './rtsp-status.ts';
import type { SessionMemory } from './session-memory.ts';

/** Milliseconds that a camera has to answer TEARDOWN before the connection is closed without. */
export const TEARDOWN_TIMEOUT_MS = 1_000;

export interface RtspSessionOptions {
  readonly address: PinnedAddress;
  /** Whether a camera chose the address: nothing is filled into its path then. Default false. */
  readonly redirected?: boolean;
  readonly credentials: Credentials;
  readonly memory: SessionMemory;
  readonly readBuffer: Uint8Array;
  readonly clock: Clock;
  readonly verifyCertificate: boolean;
  readonly handler: RtspSessionHandler;
  readonly randomBytes?: RandomBytes;
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
    this.#session.reportQuirk(quirk);
  }

  onUnverifiable(): void {
    this.#session.giveUp(undecipherable());
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
  #settleConnected: { resolve: () => void; reject: (error: IngestError) => void } | undefined;
  #setups: TrackSetup[] = [];
  #description: SessionDescription | undefined;
  #terms: SessionTerms | undefined;
  #keepAlive: KeepAlive | undefined;
  #lastAnswerAt: MonotonicMs = Number.NEGATIVE_INFINITY;
  #clockOffsetSeconds: number | undefined;
  /** Whether data is wanted: from the last SETUP until the end. */
  #live = false;
  #closing = false;
  #ended: IngestError | undefined;
  #dataPackets = 0;
  #unassignedPackets = 0;
  #lostFramings = 0;

  constructor(options: RtspSessionOptions) {
    this.#options = options;
    this.handler = options.handler;
    this.#connected = new Promise((resolve, reject) => {
      this.#settleConnected = { resolve, reject };
    });
    this.#connected.catch(() => {});
    this.#connection = new RtspConnection(
      {
        address: options.address,
        readBuffer: options.readBuffer,
        clock: options.clock,
        verifyCertificate: options.verifyCertificate,
        tlsTimeoutMs: options.memory.answerTimeoutMs,
        handler: this,
      },
      () => this.#settleConnected?.resolve(),
    );
    const { address, credentials, redirected = false } = options;
    this.#client = new RtspClient({
      connection: this.#connection,
      clock: options.clock,
      credentials,
      login: options.memory.loginFor(address),
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
      unansweredKeepAlives: this.#keepAlive?.unanswered ?? 0,
    };
  }

  /** When the camera last answered a request, monotonic; minus infinity before it did. */
  get lastAnswerAt(): MonotonicMs {
    return this.#lastAnswerAt;
  }

  /** How the camera is signed in to; undefined before it asked. */
  get login(): Login | undefined {
    return this.#client.login;
  }

  /** Whether the camera asked for a sign-in. */
  get askedForLogin(): boolean {
    return this.#client.askedForLogin;
  }

  /** The camera's clock less ours, seconds; undefined where its answers have no time. */
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
    const { memory } = this.#options;
    try {
      await this.#open();
    } catch (error) {
      if (isNoAnswer(error)) memory.answerMissed();
      throw error;
    }
    memory.opened(this.#client.slowestAnswerMs);
  }

  async #open(): Promise<void> {
    const { address, memory, clock } = this.#options;
    const { url } = address;
    await this.#connected;
    const methods = await askOptions(this.#client, url, memory.answerTimeoutMs);
    const description = await describe(this.#client, url, memory.answerTimeoutMs);
    this.#description = description;
    for (const quirk of description.quirks) this.reportQuirk(quirk);
    const { videos, audios } = chooseTracks(description, (track) => memory.isRefused(track));
    const refusal = await this.#setUpOneOf(videos);
    if (refusal !== undefined) throw refusal;
    // A camera that gives its video but not its audio is recorded without.
    await this.#setUpOneOf(audios);
    this.handler.onTracks(this.tracks);
    this.#live = true;
    await this.#play(description.controlUrl);
    if (this.#ended !== undefined) throw this.#ended;
    this.#keepAlive = new KeepAlive({
      client: this.#client,
      clock,
      memory,
      url: description.controlUrl,
      methods,
      terms: this.#terms,
      onSend: () => this.#sendReports(),
      onQuirk: (quirk) => this.reportQuirk(quirk),
    });
  }

  /** Ends the session: TEARDOWN wherever there is a session, then the connection. Never throws. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#endTracks();
    this.#closing = true;
    this.#keepAlive?.stop();
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
    void this.#keepAlive?.send();
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
    this.reportQuirk('unassigned-channel');
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
    this.reportQuirk('lost-framing');
  }

  onClosed(error: IngestError): void {
    this.#endTracks();
    this.#fail(error);
    if (this.#keepAlive === undefined || this.#closing) return;
    this.#keepAlive.ended();
    this.handler.onEnded(error);
  }

  /** Ends the session for a reason of ours; `close` still follows. */
  giveUp(error: IngestError): void {
    this.#ended ??= error;
    if (this.#keepAlive !== undefined && !this.#closing) this.handler.onEnded(error);
  }

  /** Passes a peculiarity on, the first time. */
  reportQuirk(quirk: QuirkId): void {
    if (this.#quirks.has(quirk)) return;
    this.#quirks.add(quirk);
    this.handler.onQuirk(quirk);
  }

  /** Nothing more is taken; what was whole already is passed on. */
  #endTracks(): void {
    if (!this.#live) return;
    for (const { rtpChannel } of this.#setups) this.#depacketizers[rtpChannel]?.end();
    this.#live = false;
  }

  #fail(error: IngestError): void {
    this.#ended ??= error;
    this.#settleConnected?.reject(error);
    this.#client.fail(error);
  }

  async #setUp(media: MediaTrack): Promise<void> {
    const index = this.#setups.length;
    const asked = this.#freeChannel();
    const { answerTimeoutMs } = this.#options.memory;
    const { setup, terms } = await setUpTrack(
      this.#client,
      media,
      asked,
      this.#taken,
      answerTimeoutMs,
    );
    this.#terms ??= terms;
    if (setup.rtpChannel !== asked) this.reportQuirk('changed-channels');
    this.#setups.push(setup);
    this.#taken.add(setup.rtpChannel).add(setup.rtcpChannel);
    this.#connection.assignChannel(setup.rtpChannel);
    this.#connection.assignChannel(setup.rtcpChannel);
    const depacketizer = createDepacketizer(media, new TrackSink(this, index), {
      expectedSsrc: setup.ssrc,
    });
    this.#depacketizers[setup.rtpChannel] = depacketizer;
    // Nobody agreed on keys for reports on a track that is encrypted.
    if (media.protection !== undefined) return;
    this.#reports[setup.rtcpChannel] = new ReceiverReports(
      this.#options.clock,
      depacketizer,
      setup.rtcpChannel,
    );
  }

  /**
   * Sets up the first of these that the camera gives; what it refuses is left alone for a while, and so is
   * one at which it ends the connection or says nothing time after time. Where it refuses all, the first
   * refusal is given.
   */
  async #setUpOneOf(tracks: readonly MediaTrack[]): Promise<IngestError | undefined> {
    const { memory } = this.#options;
    let refusal: IngestError | undefined;
    for (const track of tracks) {
      try {
        await this.#setUp(track);
        memory.trackSetUp(track.controlUrl);
        return undefined;
      } catch (error) {
        // What we ended ourselves says nothing of the track.
        if (this.#closing) throw error;
        const isOptional = tracks.length > 1 || track.kind === 'audio';
        if (!isRefusal(error)) {
          if (isOptional) memory.trackFailed(track.controlUrl);
          throw error;
        }
        if (isOptional) memory.trackRefused(track.controlUrl);
        refusal ??= error;
      }
    }
    return refusal;
  }

  #freeChannel(): number {
    let channel = 0;
    while (this.#taken.has(channel) || this.#taken.has(channel + 1)) channel += 2;
    return channel;
  }

  async #play(url: string): Promise<void> {
    const headers = [['Range', 'npt=0.000-']] as const;
    const timeoutMs = this.#options.memory.answerTimeoutMs;
    let response: RtspResponse;
    try {
      response = await this.#client.request('PLAY', url, headers, timeoutMs);
      if (refusesRange(response)) {
        this.reportQuirk('refused-range');
        response = await this.#client.request('PLAY', url, [], timeoutMs);
      }
    } catch (error) {
      // Some cameras play and do not say so.
      if (isNoAnswer(error) && this.#dataPackets > 0) return;
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
}
