import { type EpochMs, type MonotonicMs, systemClock } from '@vms/common/clock.ts';
import type { AudioConfig, Frame, VideoConfig } from '@vms/common/frame.ts';
import type { CameraId, StreamName } from '@vms/common/ids.ts';
import { createG711Config } from '@vms/media/g711/g711.ts';
import { createH264Config } from '@vms/media/h264/parameter-sets.ts';
import { joinLengthPrefixed } from '@vms/media/nal.ts';
import type { FrameHub } from '@vms/medialink/frame-hub.ts';

export const CAMERA = 'cam_aaaaaaaaaaaaaaaa' as CameraId;

/** SPS and PPS of 240 x 160 pixels, as a camera sent them. */
const SPS = Buffer.from('Z0LAHtkDxWhAAAADAEAAAAwDxYuS', 'base64');
const PPS = Buffer.from('aMuMsg==', 'base64');
/** SPS of another size: 160 x 96, Constrained Baseline, made by x264. */
const OTHER_SPS = Buffer.from('Z0LACtoKM/gIgAAAAwCAAAAZB4kTUA==', 'base64');

export const VIDEO: VideoConfig = createH264Config([SPS], [PPS]);
export const OTHER_VIDEO: VideoConfig = { ...createH264Config([OTHER_SPS], [PPS]) };
export const PCMA: AudioConfig = createG711Config('pcma', 8000, 1);

export interface TestCameraOptions {
  readonly camera?: CameraId;
  readonly stream?: StreamName;
  /** Frames from one keyframe to the next; default 25. */
  readonly gop?: number;
  readonly keyframeBytes?: number;
  readonly frameBytes?: number;
}

/** Publishes made-up pictures into a hub, as ingest does; what they show does not matter. */
export class TestCamera {
  config: VideoConfig = VIDEO;
  /** Payloads that were published, in order. */
  readonly published: Frame[] = [];
  readonly #hub: FrameHub;
  readonly #options: TestCameraOptions;
  #number = 0;
  #sequence = 0;
  #base = 0;
  #wallClock: EpochMs = systemClock.now();
  /** Of the last picture; never steps back, whatever pauses are said to have been. */
  #receivedAt: MonotonicMs = Number.NEGATIVE_INFINITY;
  /** Added to the real time: of pauses that were only said to be. */
  #pausedMs = 0;
  #first: { readonly at: MonotonicMs; readonly wallClock: EpochMs } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(hub: FrameHub, options: TestCameraOptions = {}) {
    this.#hub = hub;
    this.#options = options;
  }

  /** Publishes the next picture, with 40 ms of sound where asked. */
  next(changes: { keyframe?: boolean; bFrame?: boolean; audio?: boolean } = {}): Frame {
    const { gop = 25, keyframeBytes = 6000, frameBytes = 2000 } = this.#options;
    const number = this.#number++;
    const keyframe = changes.keyframe ?? number % gop === 0;
    const pts = this.#base + number * 3600;
    this.#wallClock += 40;
    const frame: Frame = {
      ...this.#common(),
      config: this.config,
      pts,
      dts: changes.bFrame === true ? pts - 3600 : pts,
      keyframe,
      discontinuity: number === 0,
      sequence: this.#sequence++,
      payload: picture(this.#sequence, keyframe, keyframe ? keyframeBytes : frameBytes),
    };
    this.#publish(frame);
    if (changes.audio === true) {
      this.#publish({
        ...this.#common(),
        config: PCMA,
        pts,
        dts: pts,
        keyframe: true,
        discontinuity: false,
        sequence: this.#sequence++,
        payload: new Uint8Array(320).fill(this.#sequence & 0xff),
      });
    }
    return frame;
  }

  /** Publishes a picture each `intervalMs` until `stop`. */
  play(intervalMs = 40, changes: { audio?: boolean } = {}): void {
    this.#timer = setInterval(() => this.next(changes), intervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** A new RTSP session after a pause: another time line, a keyframe first. */
  reconnect(pauseMs: number, config?: VideoConfig): void {
    this.#base = 77_000_000;
    this.#number = 0;
    this.#wallClock += pauseMs;
    // Frames after it are received as late as their wall clock says, however long the test took until now.
    const first = this.#first;
    if (first !== undefined) {
      const passed = systemClock.monotonic() - first.at;
      this.#pausedMs = this.#wallClock - first.wallClock - passed;
    }
    if (config !== undefined) this.config = config;
  }

  #common() {
    const { camera = CAMERA, stream = 'main' } = this.#options;
    const now = systemClock.monotonic();
    this.#first ??= { at: now, wallClock: this.#wallClock };
    this.#receivedAt = Math.max(this.#receivedAt, now + this.#pausedMs);
    return { camera, stream, wallClock: this.#wallClock, receivedAt: this.#receivedAt };
  }

  #publish(frame: Frame): void {
    this.published.push(frame);
    this.#hub.publish(frame);
  }
}

/** One slice of bytes that tell its number; no start codes inside. */
function picture(number: number, keyframe: boolean, bytes: number): Uint8Array {
  const nal = new Uint8Array(bytes).fill(0x40 | (number & 0x3f));
  nal[0] = keyframe ? 0x65 : 0x61;
  // first_mb_in_slice 0: a new picture.
  nal[1] = 0x88;
  new DataView(nal.buffer).setUint32(2, 0x4040_4040 + number);
  return joinLengthPrefixed([nal]);
}
