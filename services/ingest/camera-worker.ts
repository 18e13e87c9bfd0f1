import type { CameraAssignment, CameraState, CameraStatus } from '@vms/common/camera.ts';
import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import type { CodecConfig } from '@vms/common/frame.ts';
import { FrameInterval } from '@vms/common/frame-interval.ts';
import type { StreamName } from '@vms/common/ids.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { AccessUnit } from '@vms/wire/rtp/depacketizer.ts';
import type { QuirkId } from '@vms/wire/rtsp/quirks.ts';
import type { MediaTrack } from '@vms/wire/sdp/session-description.ts';
import { CameraSession, type CameraSessionDeps } from './camera-session.ts';
import { credentialsOf, needsNewSession, type Opening } from './camera-settings.ts';
import { addFrameDrops, type Drops, noDrops } from './drops.ts';
import { cameraStateOf, IngestError } from './ingest-error.ts';
import { RateMeter } from './rate-meter.ts';
import { LOGIN_PAUSE_MS, type Random, Reconnect } from './reconnect.ts';
import {
  type FrameCounters,
  type FramePublisher,
  SessionFrames,
  StreamMemory,
} from './session-frames.ts';
import { SessionMemory } from './session-memory.ts';
import { judge, OTHER_CODING_MS, type StallLimits, WATCH_INTERVAL_MS } from './stall.ts';
import { TrackArrivals } from './track-arrivals.ts';
import { describeTracks, reportTracks, type TrackReport } from './track-report.ts';

export interface CameraWorkerDeps extends CameraSessionDeps, Opening {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: Random;
  readonly publisher: FramePublisher;
  readonly limits: StallLimits;
  /** The state, or the text that describes it, has changed. */
  onStatus(status: CameraStatus): void;
}

/** What a camera has sent since it was taken up. */
export interface CameraCounters extends FrameCounters {
  /** Bytes from the network, with all that is around the media. */
  receivedBytes: number;
  /** Sessions that were begun after the first. */
  reconnects: number;
  readonly drops: Drops;
}

/** Keeps one stream of a camera connected and publishes its frames, until it is stopped. */
export class CameraWorker {
  readonly #deps: CameraWorkerDeps;
  readonly #logger: Logger;
  readonly #reconnect: Reconnect;
  readonly #memory: StreamMemory;
  #sessionMemory: SessionMemory;
  readonly #rates = new RateMeter();
  readonly #counted: FrameCounters;
  /** Of sessions that have ended. */
  readonly #drops = noDrops();
  readonly #reportedQuirks = new Set<QuirkId>();
  #receivedBytes = 0;
  #sessions = 0;
  #assignment: CameraAssignment;
  #status: CameraStatus;
  #session: CameraSession | undefined;
  #frames: SessionFrames | undefined;
  #arrivals: TrackArrivals | undefined;
  #described: readonly MediaTrack[] = [];
  #playingSince: MonotonicMs | undefined;
  #lastPackets = 0;
  /** What had come on the video track when pictures were last known to come. */
  #videoBefore = { packets: 0, foreignUnits: 0 };
  /** Pictures that were left out before this session: too large, and without parameter sets. */
  #oversizedBefore = 0;
  #awaitingBefore = 0;
  readonly #interval: FrameInterval;
  #lastPacketAt: MonotonicMs = 0;
  #wake: (() => void) | undefined;
  #changed = false;
  #stopping = false;
  #loop: Promise<void> | undefined;

  /**
   * @param assignment whose `url` is that of the stream
   * @param memory of a worker before it: its frames are numbered on, since consumers may still be there
   */
  constructor(
    assignment: CameraAssignment,
    deps: CameraWorkerDeps,
    stream: StreamName = 'main',
    memory = new StreamMemory(assignment.id, stream),
  ) {
    this.#assignment = assignment;
    this.#deps = deps;
    this.#logger = deps.logger.child({ camera: assignment.id, stream });
    this.#reconnect = new Reconnect(deps.clock, deps.random);
    this.#interval = new FrameInterval(deps.limits.noFramesMs);
    this.#memory = memory;
    this.#sessionMemory = new SessionMemory(deps.clock);
    this.#counted = { videoFrames: 0, audioFrames: 0, bytes: 0, beforeKeyframe: 0, tooLarge: 0 };
    this.#status = {
      camera: assignment.id,
      state: assignment.enabled ? 'connecting' : 'disabled',
      since: deps.clock.now(),
      detail: assignment.enabled ? CONNECTING : DISABLED,
    };
  }

  get assignment(): CameraAssignment {
    return this.#assignment;
  }

  get status(): CameraStatus {
    return this.#status;
  }

  /** Over the last 10 s; video frames, and bits of video and audio. */
  get rates(): { readonly framesPerSecond: number; readonly bitsPerSecond: number } {
    return this.#rates.rates(this.#deps.clock.monotonic());
  }

  /** What the camera offered when it was last connected, and what of it comes. */
  get tracks(): readonly TrackReport[] {
    return reportTracks(
      this.#described,
      (track) => this.#configOf(track),
      (track) => this.#arrivals?.of(track),
    );
  }

  get counters(): CameraCounters {
    const drops = { ...this.#drops };
    this.#session?.addDrops(drops);
    addFrameDrops(drops, this.#counted);
    return {
      ...this.#counted,
      receivedBytes: this.#receivedBytes + (this.#session?.receivedBytes ?? 0),
      reconnects: Math.max(0, this.#sessions - 1),
      drops,
    };
  }

  /** Begins, after a wait that spreads the logins of many cameras. */
  start(delayMs = 0): void {
    this.#loop ??= this.#run(delayMs);
  }

  /** Takes new settings; a new session begins only where the connection needs it. */
  update(assignment: CameraAssignment): void {
    const before = this.#assignment;
    this.#assignment = assignment;
    if (!needsNewSession(before, assignment)) return;
    this.#changed = true;
    this.#sessionMemory = new SessionMemory(this.#deps.clock);
    this.#interrupt();
  }

  /** Ends the session, with TEARDOWN, within about a second. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#interrupt();
    await this.#loop;
  }

  async #run(delayMs: number): Promise<void> {
    let delay = delayMs;
    while (!this.#stopping) {
      if (!this.#assignment.enabled) {
        this.#report('disabled', DISABLED);
        delay = Number.POSITIVE_INFINITY;
      }
      await this.#sleep(delay);
      if (this.#stopping) return;
      if (this.#changed) {
        this.#changed = false;
        this.#described = [];
        if (this.#assignment.enabled) this.#report('connecting', CONNECTING);
        delay = this.#reconnect.changed();
        continue;
      }
      const error = await this.#attempt();
      if (this.#stopping) return;
      if (!this.#changed) this.#failed(error);
      delay = this.#changed ? 0 : this.#reconnect.failed(error.code);
    }
  }

  /** One session, from first to last; gives why it ended. */
  async #attempt(): Promise<IngestError> {
    const { clock } = this.#deps;
    const assignment = this.#assignment;
    let watch: { cancel(): void } | undefined;
    const session = new CameraSession(this.#deps, {
      onTracks: (tracks) => this.#begin(session, tracks),
      onAccessUnit: (track, unit) => this.#take(track, unit),
      onQuirk: (quirk) => this.#reportQuirk(quirk),
      onPlaying: () => {
        this.#playingSince = clock.monotonic();
        this.#lastPacketAt = this.#playingSince;
        this.#arrivals?.begin();
        watch = clock.every(WATCH_INTERVAL_MS, () => this.#look(session));
      },
    });
    this.#session = session;
    this.#sessions++;
    try {
      return await session.run({
        url: assignment.url,
        credentials: credentialsOf(assignment, this.#deps),
        loopback: assignment.demo,
        memory: this.#sessionMemory,
      });
    } catch (error) {
      if (error instanceof IngestError) return error;
      this.#logger.error({ error }, 'A camera session failed by a fault of ours.');
      return new IngestError('ingest.protocol', 'The camera could not be taken up.');
    } finally {
      watch?.cancel();
      this.#finish(session);
    }
  }

  #begin(session: CameraSession, tracks: readonly MediaTrack[]): void {
    this.#described = session.described;
    this.#lastPackets = 0;
    this.#videoBefore = { packets: 0, foreignUnits: 0 };
    this.#oversizedBefore = this.#drops['too-large'] + this.#counted.tooLarge;
    this.#awaitingBefore = this.#drops['awaiting-configuration'];
    this.#rates.clear();
    this.#arrivals = new TrackArrivals(this.#deps.clock, tracks);
    this.#frames = new SessionFrames({
      clock: this.#deps.clock,
      tracks,
      memory: this.#memory,
      counters: this.#counted,
      publisher: this.#deps.publisher,
      onQuirk: (quirk) => this.#reportQuirk(quirk),
    });
  }

  #take(track: number, unit: AccessUnit): void {
    this.#arrivals?.frame(track);
    const frame = this.#frames?.take(track, unit);
    if (frame === undefined) return;
    const video = frame.config.kind === 'video';
    const now = this.#deps.clock.monotonic();
    this.#rates.add(now, video ? 1 : 0, frame.payload.length);
    if (video) this.#interval.add(now);
    if (this.#status.state !== 'online' && video) this.#online();
  }

  #online(): void {
    const oversized = this.#oversized;
    const left =
      oversized === 0 ? '' : ` Pictures left out because they are too large: ${oversized}.`;
    this.#report('online', `The camera sends ${describeTracks(this.tracks)}${left}`);
  }

  /** Pictures of this session that were left out for their size. */
  get #oversized(): number {
    return this.counters.drops['too-large'] - this.#oversizedBefore;
  }

  /** Whether frames come; a session that gives none for long is begun again. */
  #look(session: CameraSession): void {
    const now = this.#deps.clock.monotonic();
    if (session.packets !== this.#lastPackets) {
      this.#lastPackets = session.packets;
      this.#lastPacketAt = now;
    }
    const framesSilentMs = now - (this.#frames?.lastFrameAt ?? this.#playingSince ?? now);
    const { packets = 0, foreignUnits = 0 } = session.video ?? {};
    if (framesSilentMs < OTHER_CODING_MS) this.#videoBefore = { packets, foreignUnits };
    const limits = { ...this.#deps.limits, noFramesMs: this.#interval.limitMs };
    const verdict = judge(limits, {
      framesSilentMs,
      packetsSilentMs: now - this.#lastPacketAt,
      deadMs: now - Math.max(this.#lastPacketAt, session.lastAnswerAt),
      hadFrames: this.#frames?.lastFrameAt !== undefined,
      sawPictures: this.#frames?.sawPictures ?? false,
      oversized: this.#oversized,
      awaitsConfiguration:
        this.#memory.configOf('video') === undefined &&
        this.counters.drops['awaiting-configuration'] > this.#awaitingBefore,
      videoPackets: packets - this.#videoBefore.packets,
      foreignUnits: foreignUnits - this.#videoBefore.foreignUnits,
    });
    if (verdict === undefined) {
      if (this.#status.state === 'online') this.#online();
      return;
    }
    session.probe();
    this.#report('no-frames', verdict.error.message);
    if (verdict.reconnect) session.stop(verdict.error);
  }

  #finish(session: CameraSession): void {
    session.addDrops(this.#drops);
    this.#receivedBytes += session.receivedBytes;
    if (session.described.length > 0) this.#described = session.described;
    const frames = this.#frames;
    if (frames !== undefined) {
      frames.end();
      if (frames.firstFrameAt !== undefined && frames.lastFrameAt !== undefined) {
        this.#reconnect.worked(frames.lastFrameAt - frames.firstFrameAt);
      }
    }
    this.#session = undefined;
    this.#frames = undefined;
    this.#arrivals = undefined;
    this.#playingSince = undefined;
    this.#rates.clear();
  }

  #failed(error: IngestError): void {
    // Said here and not by the error: a test and a search try nothing again.
    const again = error.code === 'ingest.wrong-password' ? LOGIN_AGAIN : AGAIN;
    this.#report(cameraStateOf(error), `${error.message} ${again}`);
  }

  #report(state: CameraState, detail: string): void {
    const before = this.#status;
    if (before.state === state && before.detail === detail) return;
    const since = before.state === state ? before.since : this.#deps.clock.now();
    this.#status = { camera: before.camera, state, since, detail };
    if (before.state !== state) this.#logger.info({ state, detail }, 'Camera state changed.');
    this.#deps.onStatus(this.#status);
  }

  #reportQuirk(quirk: QuirkId): void {
    if (this.#reportedQuirks.has(quirk)) return;
    this.#reportedQuirks.add(quirk);
    this.#logger.warn({ quirk }, 'A peculiarity of the camera is tolerated.');
  }

  #configOf(track: MediaTrack): CodecConfig | undefined {
    if (track.kind === 'other' || !track.supported) return undefined;
    const config = this.#memory.configOf(track.kind);
    return config?.codec === track.codec ? config : undefined;
  }

  #interrupt(): void {
    this.#wake?.();
    this.#session?.stop(
      new IngestError('ingest.connection-lost', 'The connection was ended on request.'),
    );
  }

  #sleep(ms: number): Promise<void> {
    if (ms <= 0 || this.#changed || this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = Number.isFinite(ms) ? this.#deps.clock.after(ms, resolve) : undefined;
      this.#wake = () => {
        timer?.cancel();
        resolve();
      };
    });
  }
}

const AGAIN = 'Retrying automatically.';
const LOGIN_AGAIN = `Retrying at most every ${LOGIN_PAUSE_MS / 1000} s.`;
const CONNECTING = 'The camera is being connected.';
const DISABLED = 'The camera is switched off in its settings. Switch it on to record it.';
