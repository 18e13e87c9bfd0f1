import type { AudioCodec, AudioConfig, CodecConfig, VideoConfig } from '@vms/common/frame.ts';
import { codecStringOf } from '../codec-string.ts';
import { displaySizeOf } from '../display-size.ts';
import { MediaError } from '../errors.ts';
import { element, floatElement, stringElement, uintElement } from './ebml.ts';
import { CODEC_ID, ELEMENT, TRACK_TYPE, WAVE_FORMAT_TAG } from './elements.ts';

/** WAVEFORMATEX with cbSize, without extra bytes. */
const WAVEFORMATEX_BYTES = 18;

/** Tracks (RFC 9559 §5.1.4): number and UID count from 1 in the order given. */
export function encodeTracks(configs: readonly CodecConfig[]): Uint8Array {
  return element(
    ELEMENT.Tracks,
    ...configs.map((config, index) => encodeTrackEntry(config, index + 1)),
  );
}

function encodeTrackEntry(config: CodecConfig, number: number): Uint8Array {
  const common = [
    uintElement(ELEMENT.TrackNumber, number),
    uintElement(ELEMENT.TrackUID, number),
    uintElement(ELEMENT.TrackType, TRACK_TYPE[config.kind]),
    uintElement(ELEMENT.FlagLacing, 0),
    stringElement(ELEMENT.Language, 'und'),
  ];
  if (config.kind === 'video') {
    return element(
      ELEMENT.TrackEntry,
      ...common,
      stringElement(ELEMENT.CodecID, CODEC_ID[config.codec]),
      element(ELEMENT.CodecPrivate, config.record),
      element(
        ELEMENT.Video,
        uintElement(ELEMENT.PixelWidth, config.width),
        uintElement(ELEMENT.PixelHeight, config.height),
        ...displaySize(config),
      ),
    );
  }
  const aac = config.codec === 'aac';
  return element(
    ELEMENT.TrackEntry,
    ...common,
    stringElement(ELEMENT.CodecID, aac ? CODEC_ID.aac : CODEC_ID.acm),
    element(ELEMENT.CodecPrivate, aac ? config.record : encodeWaveFormat(config)),
    element(
      ELEMENT.Audio,
      floatElement(ELEMENT.SamplingFrequency, config.sampleRate),
      uintElement(ELEMENT.Channels, config.channels),
      ...(aac ? [] : [uintElement(ELEMENT.BitDepth, 8)]),
    ),
  );
}

/** DisplayWidth and DisplayHeight, in pixels, where the pixels are not square (RFC 9559 §5.1.4.1.28). */
function displaySize(config: VideoConfig): Uint8Array[] {
  const { height, width } = displaySizeOf(config);
  if (width === config.width && height === config.height) return [];
  return [uintElement(ELEMENT.DisplayWidth, width), uintElement(ELEMENT.DisplayHeight, height)];
}

/** WAVEFORMATEX (little-endian) of G.711: tag, channels, rate, bytes a second, block, bits, cbSize. */
function encodeWaveFormat(config: AudioConfig): Uint8Array {
  const bytes = new Uint8Array(WAVEFORMATEX_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, config.codec === 'pcma' ? WAVE_FORMAT_TAG.pcma : WAVE_FORMAT_TAG.pcmu, true);
  view.setUint16(2, config.channels, true);
  view.setUint32(4, config.sampleRate, true);
  view.setUint32(8, config.sampleRate * config.channels, true);
  view.setUint16(12, config.channels, true);
  view.setUint16(14, 8, true);
  return bytes;
}

/** What a TrackEntry says, before it becomes a codec configuration. */
export interface TrackEntry {
  number: number;
  codecId: string;
  codecPrivate: Uint8Array;
  width: number;
  height: number;
  sampleRate: number;
  channels: number;
}

/** @throws MediaError `media.unsupported` for a codec that the product does not record. */
export function configOfTrack(track: TrackEntry): CodecConfig {
  switch (track.codecId) {
    case CODEC_ID.h264:
      return videoConfig('h264', track);
    case CODEC_ID.h265:
      return videoConfig('h265', track);
    case CODEC_ID.aac:
      return audioConfig('aac', track, track.codecPrivate);
    case CODEC_ID.acm:
      return audioConfig(waveCodec(track.codecPrivate), track, new Uint8Array(0));
    default:
      throw new MediaError(
        'media.unsupported',
        `Codec ${track.codecId} is not one that we record.`,
      );
  }
}

function videoConfig(codec: 'h264' | 'h265', track: TrackEntry): CodecConfig {
  if (track.width < 1 || track.height < 1) {
    throw new MediaError('media.matroska', `Track ${track.number} has no picture size.`);
  }
  return {
    kind: 'video',
    codec,
    width: track.width,
    height: track.height,
    record: track.codecPrivate,
    codecString: codecStringOf(codec, track.codecPrivate),
  };
}

function audioConfig(codec: AudioCodec, track: TrackEntry, record: Uint8Array): CodecConfig {
  if (track.sampleRate < 1 || track.channels < 1) {
    throw new MediaError('media.matroska', `Track ${track.number} has no sampling rate.`);
  }
  return {
    kind: 'audio',
    codec,
    sampleRate: track.sampleRate,
    channels: track.channels,
    record,
    codecString: codecStringOf(codec, record),
  };
}

function waveCodec(format: Uint8Array): 'pcma' | 'pcmu' {
  if (format.length < WAVEFORMATEX_BYTES - 2) {
    throw new MediaError('media.matroska', 'A WAVEFORMATEX has at least 16 bytes.');
  }
  const tag = (format[0] ?? 0) | ((format[1] ?? 0) << 8);
  if (tag === WAVE_FORMAT_TAG.pcma) return 'pcma';
  if (tag === WAVE_FORMAT_TAG.pcmu) return 'pcmu';
  throw new MediaError('media.unsupported', `Audio format tag ${tag} is neither A-law nor µ-law.`);
}
