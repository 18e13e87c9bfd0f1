import type { AudioConfig } from '@vms/common/frame.ts';
import { samplesPerFrameOf } from '@vms/media/aac/audio-specific-config.ts';
import { silentAccessUnitFor } from '@vms/media/aac/silent-access-unit.ts';
import { encodeG711AsFlac, MAX_BLOCK_SAMPLES } from '@vms/media/flac/g711-to-flac.ts';
import { SILENT_G711_BYTE } from '@vms/media/g711/g711.ts';
import type { Mp4Sample, Mp4TrackFragment } from '@vms/media/isobmff/media-fragment.ts';
import { mp4ConfigOf, timescaleOf } from '@vms/media/isobmff/track.ts';
import { TICKS_100US_PER_MS } from '@vms/media/matroska/muxer.ts';
import type { TimeSpan } from './sound-gaps.ts';
import type { TimedBlock } from './timed-blocks.ts';

const TICKS_PER_SECOND = 1000 * TICKS_100US_PER_MS;

/** A coded frame; time and length in samples. */
interface Piece {
  readonly time: number;
  readonly length: number;
  readonly payload: Uint8Array;
}

/**
 * The sound of a segment: each frame lasts until the next, the last as long as it is, and gaps are
 * silent. Undefined where there is nothing.
 */
export function audioFragment(
  trackId: number,
  config: AudioConfig,
  blocks: readonly TimedBlock[],
  gaps: readonly TimeSpan[] = [],
): Mp4TrackFragment | undefined {
  const timescale = timescaleOf(mp4ConfigOf(config));
  const samplesAt = (time: number): number => Math.round((time * timescale) / TICKS_PER_SECOND);
  const perUnit = config.codec === 'aac' ? samplesPerFrameOf(config) : 0;
  const heard = blocks.flatMap(({ payload, time }): Piece[] =>
    config.codec === 'aac'
      ? [{ time: samplesAt(time), length: perUnit, payload }]
      : flacPieces(config, config.codec, payload, samplesAt(time)),
  );
  const silent = gaps.flatMap(({ from, to }) => {
    // A gap begins with the frame before it, where there is one.
    const before = heard.findLast(({ time }) => time <= samplesAt(from));
    const start = Math.max(samplesAt(from), before === undefined ? 0 : before.time + before.length);
    return silence(config, perUnit, start, samplesAt(to));
  });
  const pieces = [...heard, ...silent].sort((a, b) => a.time - b.time);
  const [first] = pieces;
  if (first === undefined) return undefined;
  let at = first.time;
  const samples = pieces.map(({ length, payload }, index): Mp4Sample => {
    const duration = Math.max(0, (pieces[index + 1]?.time ?? at + length) - at);
    at += duration;
    return { duration, compositionOffset: 0, keyframe: true, payload };
  });
  return { trackId, baseMediaDecodeTime: first.time, samples };
}

/** Frames in which nothing sounds, up to `end` and no further; none in a codec that cannot say so. */
function silence(config: AudioConfig, perUnit: number, start: number, end: number): Piece[] {
  const { channels, codec } = config;
  if (end <= start) return [];
  if (codec !== 'aac') {
    const bytes = new Uint8Array((end - start) * channels).fill(SILENT_G711_BYTE[codec]);
    return flacPieces(config, codec, bytes, start);
  }
  const payload = silentAccessUnitFor(config.record);
  const count = Math.floor((end - start) / perUnit);
  if (payload === undefined) return [];
  return Array.from({ length: count }, (_, index) => {
    const time = start + index * perUnit;
    return { time, length: index === count - 1 ? end - time : perUnit, payload };
  });
}

/** A G.711 payload as FLAC frames; more than one only where it is longer than a block may be. */
function flacPieces(
  config: AudioConfig,
  codec: 'pcmu' | 'pcma',
  payload: Uint8Array,
  time: number,
): Piece[] {
  const { channels, sampleRate } = config;
  const pieces: Piece[] = [];
  const whole = Math.floor(payload.length / channels);
  for (let done = 0; done < whole; done += MAX_BLOCK_SAMPLES) {
    const length = Math.min(MAX_BLOCK_SAMPLES, whole - done);
    const part = payload.subarray(done * channels, (done + length) * channels);
    const firstSample = time + done;
    const frame = encodeG711AsFlac({ codec, channels, sampleRate, payload: part, firstSample });
    pieces.push({ time: firstSample, length, payload: frame });
  }
  return pieces;
}
