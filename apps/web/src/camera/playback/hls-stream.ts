import type { EpochMs } from '@vms/common/clock.ts';
import { loadPart } from '../../shell/load-part.ts';
import { watchHoles } from './hole-watch.ts';
import { type DatedSegment, filmedAt, mediaTimeOf } from './media-clock.ts';

/** Why a stream cannot be played. `network` may pass, the others stay. */
export type StreamFailure = 'network' | 'media' | 'codec' | 'unsupported';

export class StreamError extends Error {
  readonly failure: StreamFailure;
  /** What the recording is in (RFC 6381), where that is what the browser cannot decode. */
  readonly codecs: string | undefined;

  constructor(failure: StreamFailure, message: string, codecs?: string) {
    super(message);
    this.name = 'StreamError';
    this.failure = failure;
    this.codecs = codecs;
  }
}

/** A range that plays in a video element. */
export interface HlsStream {
  /** When the picture at a media time was filmed. */
  filmedAt(seconds: number): EpochMs | undefined;
  /** Where on the media time line an instant lies. */
  mediaTimeOf(at: EpochMs): number | undefined;
  destroy(): void;
}

const MEDIA_RECOVERIES = 2;
/** Times that the picture is moved over one place where no browser has both sound and picture. */
const HOLE_RETRIES = 10;

/**
 * Loads a playlist into `video`, positioned on the picture of `at` by EXT-X-PROGRAM-DATE-TIME. hls.js
 * is fetched on first use. What no browser has both sound and picture of is passed over: a `seeking`
 * of `video` that nobody asked for.
 *
 * @param onFailure called once, with what stops playback
 * @throws StreamError `unsupported` where the browser has no Media Source Extensions.
 * @throws ApiProblem where hls.js cannot be loaded, because the system does not answer.
 */
export async function openHlsStream(
  video: HTMLVideoElement,
  url: string,
  at: EpochMs,
  onFailure: (error: StreamError) => void,
): Promise<HlsStream> {
  const { default: Hls } = await loadPart(() => import('hls.js/light'));
  if (!Hls.isSupported()) {
    throw new StreamError('unsupported', 'This browser has no Media Source Extensions.');
  }
  const hls = new Hls({
    autoStartLoad: false,
    // Segments are fMP4 and pass through untouched: a worker would only copy them.
    enableWorker: false,
    maxBufferLength: 30,
    maxMaxBufferLength: 60,
    backBufferLength: 60,
    // The bitrate of a recording is what it is: nothing to probe, nothing to adapt.
    testBandwidth: false,
    startFragPrefetch: true,
    nudgeMaxRetry: HOLE_RETRIES,
  });
  let segments: readonly DatedSegment[] = [];
  let started = false;
  let recoveries = 0;
  hls.on(Hls.Events.LEVEL_LOADED, (_event, { details }) => {
    segments = details.fragments;
    if (started) return;
    started = true;
    hls.startLoad(mediaTimeOf(segments, at) ?? 0);
  });
  hls.on(Hls.Events.LEVEL_UPDATED, (_event, { details }) => {
    segments = details.fragments;
  });
  hls.on(Hls.Events.ERROR, (_event, data) => {
    const codec =
      data.details === Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR ||
      data.details === Hls.ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR ||
      data.details === Hls.ErrorDetails.BUFFER_ADD_CODEC_ERROR;
    if (codec) {
      const codecs = /codecs="?([^";]+)/.exec(data.mimeType ?? '')?.[1];
      onFailure(new StreamError('codec', data.error.message, codecs));
    } else if (data.fatal) {
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR && recoveries++ < MEDIA_RECOVERIES) {
        hls.recoverMediaError();
        return;
      }
      const network = data.type === Hls.ErrorTypes.NETWORK_ERROR;
      onFailure(new StreamError(network ? 'network' : 'media', data.error.message));
    }
  });
  const endWatch = watchHoles(video, () => performance.now());
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    filmedAt: (seconds) => filmedAt(segments, seconds),
    mediaTimeOf: (instant) => mediaTimeOf(segments, instant),
    destroy: () => {
      endWatch();
      hls.destroy();
    },
  };
}
