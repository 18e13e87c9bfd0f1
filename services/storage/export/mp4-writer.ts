import type { AudioConfig } from '@vms/common/frame.ts';
import { samplesPerFrameOf } from '@vms/media/aac/audio-specific-config.ts';
import { encodeG711AsFlac, MAX_BLOCK_SAMPLES } from '@vms/media/flac/g711-to-flac.ts';
import { encodeMdatHead, encodeMovie, encodeMovieStart } from '@vms/media/isobmff/movie.ts';
import { SampleTable, type TableSample } from '@vms/media/isobmff/sample-table.ts';
import { type Mp4Track, mp4ConfigOf, timescaleOf } from '@vms/media/isobmff/track.ts';
import { TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import type { ExportFile } from './export-file.ts';
import type { MovieFrame, MovieInput, MovieWriter } from './movie-writer.ts';

interface OpenTrack {
  readonly track: Mp4Track;
  readonly table: SampleTable;
  readonly audio: AudioConfig | undefined;
  /** Of AAC; 0 otherwise. */
  readonly samplesPerFrame: number;
  /** Where the last sample ends by itself, ticks: sound only. */
  end: number;
}

/** A sample and what is written of it. */
interface Sample extends TableSample {
  readonly payload: Uint8Array;
}

/**
 * A plain MP4 file, as every player opens it: media first, then `moov`. H.264, H.265 and AAC are not
 * touched; G.711, which MP4 has no standard place for, becomes FLAC, which loses nothing.
 */
export class Mp4Writer implements MovieWriter {
  readonly #file: ExportFile;
  readonly #input: MovieInput;
  readonly #mdatOffset: number;
  readonly #tracks: ReadonlyMap<MovieFrame['kind'], OpenTrack>;

  private constructor(file: ExportFile, input: MovieInput, mdatOffset: number, samples?: number) {
    this.#file = file;
    this.#input = input;
    this.#mdatOffset = mdatOffset;
    const configs = [input.video, input.audio].filter((each) => each !== undefined);
    this.#tracks = new Map(
      configs.map((config, index) => {
        const mp4 = mp4ConfigOf(config);
        const track = { id: index + 1, timescale: timescaleOf(mp4), config: mp4 };
        const audio = config.kind === 'audio' ? config : undefined;
        const samplesPerFrame = config.codec === 'aac' ? samplesPerFrameOf(config) : 0;
        const table = new SampleTable(samples);
        return [config.kind, { track, table, audio, samplesPerFrame, end: 0 }];
      }),
    );
  }

  /** @param samples of a track at most; default MAX_TABLE_SAMPLES */
  static async begin(file: ExportFile, input: MovieInput, samples?: number): Promise<Mp4Writer> {
    const { bytes, mdatOffset } = encodeMovieStart();
    await file.append([bytes]);
    return new Mp4Writer(file, input, mdatOffset, samples);
  }

  /** @throws MediaError `media.out-of-range` over the samples of a movie */
  async add(frames: readonly MovieFrame[]): Promise<void> {
    for (const [kind, open] of this.#tracks) {
      const own = frames.filter((frame) => frame.kind === kind);
      const samples = own.flatMap((frame) => samplesOf(frame, open));
      if (samples.length === 0) continue;
      open.table.addChunk(this.#file.length, samples);
      await this.#file.append(samples.map(({ payload }) => payload));
    }
  }

  async finish(end: number): Promise<void> {
    const mediaEnd = this.#file.length;
    for (const open of this.#tracks.values()) {
      open.table.close(open.audio === undefined ? ticksOf(end, open.track) : open.end);
    }
    const tracks = [...this.#tracks.values()].filter(({ table }) => table.count > 0);
    await this.#file.append([encodeMovie(tracks, this.#input.startedAt)]);
    await this.#file.patch(this.#mdatOffset, encodeMdatHead(mediaEnd - this.#mdatOffset));
  }
}

function samplesOf(frame: MovieFrame, open: OpenTrack): Sample[] {
  const { audio, track } = open;
  const { payload, keyframe } = frame;
  const time = ticksOf(frame.time, track);
  if (audio === undefined) return [{ time, bytes: payload.length, keyframe, payload }];
  if (audio.codec === 'aac') {
    open.end = time + open.samplesPerFrame;
    return [{ time, bytes: payload.length, keyframe: true, payload }];
  }
  return flacSamples(audio, audio.codec, payload, time, open);
}

/** A G.711 payload as FLAC frames; more than one only where it is longer than a block may be. */
function flacSamples(
  { channels, sampleRate }: AudioConfig,
  codec: 'pcmu' | 'pcma',
  payload: Uint8Array,
  time: number,
  open: OpenTrack,
): Sample[] {
  const samples: Sample[] = [];
  const whole = Math.floor(payload.length / channels);
  for (let done = 0; done < whole; done += MAX_BLOCK_SAMPLES) {
    const length = Math.min(MAX_BLOCK_SAMPLES, whole - done);
    const part = payload.subarray(done * channels, (done + length) * channels);
    const firstSample = time + done;
    const frame = encodeG711AsFlac({ codec, channels, sampleRate, payload: part, firstSample });
    samples.push({ time: firstSample, bytes: frame.length, keyframe: true, payload: frame });
    open.end = firstSample + length;
  }
  return samples;
}

function ticksOf(time: number, { timescale }: Mp4Track): number {
  return Math.round((time * timescale) / (1000 * TICKS_100US_PER_MS));
}
