import type { MonotonicMs } from '@vms/common/clock.ts';
import type { AudioConfig, CodecConfig, Frame, VideoConfig } from '@vms/common/frame.ts';
import { CONFIGURATION_MEMORY_MS, MAX_CONFIGURATION_RUNS, MAX_VIDEO_TRACKS } from './bounds.ts';

/** Whether two configurations mean the same to a decoder, although they are two objects. */
export function sameConfig(a: CodecConfig, b: CodecConfig): boolean {
  if (a === b) return true;
  if (a.codec !== b.codec || Buffer.compare(a.record, b.record) !== 0) return false;
  if (a.kind === 'video' && b.kind === 'video') {
    return a.width === b.width && a.height === b.height;
  }
  return (
    a.kind === 'audio' &&
    b.kind === 'audio' &&
    a.sampleRate === b.sampleRate &&
    a.channels === b.channels
  );
}

interface RecentConfig {
  readonly config: VideoConfig;
  usedAt: MonotonicMs;
}

/**
 * The tracks of the current run, and those that the next one should have.
 *
 * A camera whose video configuration changes gets a new run. One whose configuration changes to and
 * fro (seen with cheap firmware: two SPS in turn, at each keyframe) would get a run a GOP; so a
 * configuration that comes back within CONFIGURATION_MEMORY_MS becomes one more video track of the
 * next run, and from then on a change is only a change of track.
 */
export class TrackSet {
  #tracks: readonly CodecConfig[] = [];
  /** Track numbers by object, so that a frame costs one look-up. */
  #numbers = new Map<CodecConfig, number>();
  #recent: RecentConfig[] = [];
  #audio: AudioConfig | undefined;
  #flapping = false;
  #openedAt: MonotonicMs[] = [];

  /** Track number of a frame of the current run; undefined where its configuration is not in it. */
  numberOf(config: CodecConfig): number | undefined {
    const known = this.#numbers.get(config);
    if (known !== undefined) return known;
    const index = this.#tracks.findIndex((track) => sameConfig(track, config));
    if (index < 0) return undefined;
    // One object a session: a run in which the camera reconnects often must not collect them.
    if (this.#numbers.size >= MAX_VIDEO_TRACKS * 4) this.#numbers.clear();
    this.#numbers.set(config, index + 1);
    return index + 1;
  }

  get hasVideo(): boolean {
    return this.#tracks.some((track) => track.kind === 'video');
  }

  get hasBothKinds(): boolean {
    return this.hasVideo && this.#tracks.some((track) => track.kind === 'audio');
  }

  /** Whether a change of configuration may open a run now; a source of endless new ones is slowed. */
  mayOpenForConfiguration(now: MonotonicMs): boolean {
    this.#openedAt = this.#openedAt.filter((at) => now - at < CONFIGURATION_MEMORY_MS);
    if (this.#openedAt.length >= MAX_CONFIGURATION_RUNS) return false;
    this.#openedAt.push(now);
    return true;
  }

  /**
   * Tracks of a run that begins with `first`.
   *
   * @param following frames that wait behind it: an audio track among them is taken in.
   */
  begin(first: Frame, following: Iterable<Frame>, now: MonotonicMs): readonly CodecConfig[] {
    const tracks: CodecConfig[] = [first.config];
    let audio: AudioConfig | undefined;
    for (const { config } of following) {
      if (config.kind === 'audio') {
        audio = config;
        break;
      }
    }
    audio ??= this.#audio;
    if (first.config.kind === 'video') {
      this.#remember(first.config, now);
      if (this.#flapping) {
        for (const { config } of this.#recent) {
          if (!sameConfig(config, first.config)) tracks.push(config);
        }
      }
      if (audio !== undefined) tracks.push(audio);
    } else {
      audio = first.config;
    }
    this.#audio = audio;
    this.#tracks = tracks;
    this.#numbers = new Map();
    return tracks;
  }

  /** The next run must not declare an audio track that has fallen silent in this one. */
  forgetAudio(): void {
    this.#audio = undefined;
  }

  #remember(config: VideoConfig, now: MonotonicMs): void {
    this.#recent = this.#recent.filter((recent) => now - recent.usedAt < CONFIGURATION_MEMORY_MS);
    const current = this.#recent.at(-1);
    const known = this.#recent.find((recent) => sameConfig(recent.config, config));
    if (this.#recent.length <= 1) this.#flapping = false;
    if (known === undefined) {
      this.#recent.push({ config, usedAt: now });
      if (this.#recent.length > MAX_VIDEO_TRACKS) this.#recent.shift();
      return;
    }
    known.usedAt = now;
    if (known !== current) this.#flapping = true;
    // The last in the list is the one in use.
    this.#recent = [...this.#recent.filter((recent) => recent !== known), known];
  }
}
