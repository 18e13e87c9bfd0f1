import type { ManualClock } from '@vms/common/manual-clock.ts';
import type { AccessUnit } from '@vms/wire/rtp/depacketizer.ts';
import type { QuirkId } from '@vms/wire/rtsp/quirks.ts';
import type { MediaTrack } from '@vms/wire/sdp/session-description.ts';
import { AddressPolicy } from '../address-policy.ts';
import { CameraSession, type CameraSessionHandler } from '../camera-session.ts';
import type { IngestError } from '../ingest-error.ts';
import { createReadBuffer } from '../rtsp-connection.ts';
import { SessionMemory } from '../session-memory.ts';
import { until } from './until.ts';

const READ_BUFFER = createReadBuffer();

/** Runs a camera session against a scripted camera and keeps what it brought. */
export class SessionRecorder implements CameraSessionHandler {
  readonly session: CameraSession;
  readonly clock: ManualClock;
  readonly quirks: QuirkId[] = [];
  readonly units: {
    readonly track: number;
    readonly keyframe: boolean;
    readonly bytes: number;
  }[] = [];
  tracks: readonly MediaTrack[] = [];
  playing = false;
  ended: IngestError | undefined;

  constructor(clock: ManualClock, options: { allowLoopback?: boolean } = {}) {
    this.clock = clock;
    const policy = new AddressPolicy({
      clock,
      resolve: async () => ['127.0.0.1'],
      allowLoopback: options.allowLoopback ?? true,
    });
    this.session = new CameraSession(
      { clock, policy, readBuffer: READ_BUFFER, verifyCertificate: false },
      this,
    );
  }

  run(
    url: string,
    credentials = { username: '', password: '' },
    memory = new SessionMemory(this.clock),
  ): Promise<IngestError> {
    const ended = this.session.run({ url, credentials, loopback: false, memory });
    void ended.then((error) => {
      this.ended = error;
    });
    return ended;
  }

  /** Waits for the session to end, moving the clock by `stepMs` between looks. */
  async end(stepMs = 0): Promise<IngestError> {
    await until(() => this.ended !== undefined, 'the end of the session', this.clock, stepMs);
    if (this.ended === undefined) throw new Error('unreachable');
    return this.ended;
  }

  onTracks(tracks: readonly MediaTrack[]): void {
    this.tracks = tracks;
  }

  onAccessUnit(track: number, unit: AccessUnit): void {
    this.units.push({ track, keyframe: unit.keyframe, bytes: unit.payload.length });
  }

  onQuirk(quirk: QuirkId): void {
    this.quirks.push(quirk);
  }

  onPlaying(): void {
    this.playing = true;
  }
}
