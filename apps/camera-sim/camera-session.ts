import type { Clock, MonotonicMs } from '@vms/common/clock.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import { trackControl } from './session-description.ts';
import type { SimulatedCamera } from './simulated-camera.ts';
import { type PacketOutput, TrackSender } from './track-sender.ts';

export interface CameraSessionOptions {
  readonly camera: SimulatedCamera;
  /** Interleaved channel of each track that was set up, by index. */
  readonly channels: ReadonlyMap<number, number>;
  readonly output: PacketOutput;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly packetsPerWrite: number;
}

/** What one client is being played: every track that it set up, from the same instant on. */
export class CameraSession {
  readonly #senders: TrackSender[] = [];
  readonly #info: { control: string; sequence: number; timestamp: number }[] = [];

  constructor(options: CameraSessionOptions) {
    const { camera, channels, output, clock, random, packetsPerWrite } = options;
    const session = camera.nextSession();
    const startsAt = clock.monotonic() + camera.phaseMs;
    const video = camera.tracks[0]?.prepared;
    const firstKeyframe = camera.currentKeyframe();
    const clipSeconds =
      video === undefined ? 0 : (firstKeyframe * video.frameTicks) / video.clockRate;
    for (const [index, channel] of channels) {
      const track = camera.tracks[index];
      if (track === undefined) continue;
      const { prepared } = track;
      const words = Buffer.from(random(12));
      const firstSequence = words.readUInt16BE(0);
      const firstTimestamp = words.readUInt32BE(4);
      const inClip = Math.round((clipSeconds * prepared.clockRate) / prepared.frameTicks);
      this.#info.push({
        control: trackControl(index),
        sequence: firstSequence,
        timestamp: firstTimestamp,
      });
      this.#senders.push(
        new TrackSender({
          track: prepared,
          output,
          clock,
          channel,
          ssrc: words.readUInt32BE(8),
          firstSequence,
          firstTimestamp,
          firstFrame: prepared === video ? firstKeyframe : inClip % prepared.frames.length,
          startsAt,
          packetsPerWrite,
          mayBegin: () => camera.sends,
          takeFault: () => (prepared.kind === 'video' ? camera.takeFrameFault() : undefined),
          onSkipped: () => camera.countSkipped(),
          onSent: (frame, rtpTimestamp, sentAt) =>
            camera.recordSent(track, session, { frame, rtpTimestamp, sentAt }),
        }),
      );
    }
  }

  run(now: MonotonicMs): void {
    for (const sender of this.#senders) sender.run(now);
  }

  /** The value of RTP-Info (RFC 2326 §12.33). */
  rtpInfo(baseUrl: string): string {
    return this.#info
      .map(
        ({ control, sequence, timestamp }) =>
          `url=${baseUrl}${control};seq=${sequence};rtptime=${timestamp}`,
      )
      .join(',');
  }
}
