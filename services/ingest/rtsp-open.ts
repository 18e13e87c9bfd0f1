import type { EpochMs } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import { WireError } from '@vms/wire/errors.ts';
import {
  DEFAULT_SESSION_TIMEOUT_SECONDS,
  formatInterleavedTransport,
  parsePublic,
  parseSession,
  parseTransport,
} from '@vms/wire/rtsp/headers.ts';
import type { RtspResponse } from '@vms/wire/rtsp/message.ts';
import {
  type MediaTrack,
  parseSessionDescription,
  type SessionDescription,
} from '@vms/wire/sdp/session-description.ts';
import { IngestError } from './ingest-error.ts';
import type { RtspClient } from './rtsp-client.ts';
import {
  encrypted,
  errorOfStatus,
  isRedirect,
  multicastOnly,
  notInterleaved,
} from './rtsp-status.ts';

/** The camera sends us to another address. */
export class RedirectError extends Error {
  readonly location: string;

  constructor(location: string) {
    super('The camera redirects.');
    this.name = 'RedirectError';
    this.location = location;
  }
}

/** What a session may use of a track that was set up. */
export interface TrackSetup {
  readonly media: MediaTrack;
  readonly rtpChannel: number;
  readonly rtcpChannel: number;
  readonly ssrc: number | undefined;
}

/** Methods that the camera says it has; empty where it does not say. A camera may not answer it at all. */
export async function askOptions(
  client: RtspClient,
  url: string,
  timeoutMs: number,
): Promise<ReadonlySet<string>> {
  const response = await client.request('OPTIONS', url, [], timeoutMs);
  if (response.protocol === 'HTTP') throw errorOfStatus('OPTIONS', response);
  return parsePublic(response.headers.get('Public') ?? '');
}

/**
 * @throws IngestError, RedirectError
 */
export async function describe(
  client: RtspClient,
  url: string,
  timeoutMs: number,
): Promise<SessionDescription> {
  const headers = [['Accept', 'application/sdp']] as const;
  const response = await client.request('DESCRIBE', url, headers, timeoutMs);
  const location = response.headers.get('Location');
  if (response.protocol === 'RTSP' && isRedirect(response) && location !== undefined) {
    throw new RedirectError(location);
  }
  if (response.status !== 200) throw errorOfStatus('DESCRIBE', response);
  try {
    return parseSessionDescription(response.body, {
      requestUrl: url,
      contentBase: response.headers.get('Content-Base'),
      contentLocation: response.headers.get('Content-Location'),
    });
  } catch (cause) {
    const noMedia = cause instanceof WireError && cause.code === 'wire.sdp';
    throw new IngestError(
      noMedia ? 'ingest.not-found' : 'ingest.protocol',
      cause instanceof WireError ? cause.explanation : messageOf(cause),
      { cause },
    );
  }
}

/** Tracks of a kind, the one to be taken first and then those in its place where it is refused. */
export interface TrackChoice {
  readonly videos: readonly MediaTrack[];
  readonly audios: readonly MediaTrack[];
}

/**
 * The tracks that can be recorded, of which one video and one audio are: in the camera's order, those
 * behind that it would not give lately.
 *
 * @param isRefused by control URL
 * @throws IngestError `ingest.codec-not-supported`, which names the codec
 */
export function chooseTracks(
  { tracks }: SessionDescription,
  isRefused: (controlUrl: string) => boolean = () => false,
): TrackChoice {
  const videos = tracks.filter((track) => track.kind === 'video');
  const usable = videos.filter((track) => track.supported);
  if (usable.length === 0) throw notSupported(videos);
  const refused = usable.filter((track) => isRefused(track.controlUrl));
  return {
    videos: [...usable.filter((track) => !refused.includes(track)), ...refused],
    audios: tracks.filter(
      (track) => track.kind === 'audio' && track.supported && !isRefused(track.controlUrl),
    ),
  };
}

function notSupported(videos: readonly MediaTrack[]): IngestError {
  if (videos.some(({ refusal }) => refusal === 'encryption')) return encrypted();
  const names = [...new Set(videos.map((track) => readableName(track.encodingName)))];
  return new IngestError('ingest.codec-not-supported', {
    happened:
      names.length === 0
        ? 'This address gives no video; only cameras with video are recorded.'
        : `The camera sends ${names.join(' and ')} video, which is not supported, so nothing is recorded.`,
    remedy: 'Set the video codec of this stream to H.264 or H.265 in the camera.',
  });
}

/** A camera's own name of an encoding, fit to be shown. */
export function readableName(encoding: string): string {
  return encoding.replace(/[^\w .+/-]/g, '').slice(0, 32) || 'unnamed';
}

/** Session id and timeout as the camera gave them with its first SETUP. */
export interface SessionTerms {
  readonly timeoutSeconds: number;
}

/**
 * Sets a track up on a channel of this connection. The channels of the answer count; without any,
 * those that were asked for; so also where they would belong to another track already.
 *
 * @param taken channels that belong to other tracks
 */
export async function setUpTrack(
  client: RtspClient,
  media: MediaTrack,
  channel: number,
  taken: ReadonlySet<number>,
  timeoutMs: number,
): Promise<{ readonly setup: TrackSetup; readonly terms: SessionTerms | undefined }> {
  const headers = [
    ['Transport', formatInterleavedTransport(channel, media.protection?.profile)],
  ] as const;
  const response = await client.request('SETUP', media.controlUrl, headers, timeoutMs);
  if (response.status !== 200) throw errorOfStatus('SETUP', response);
  const terms = takeSession(client, response);
  const transport = parseTransport(response.headers.get('Transport') ?? '');
  if (transport.interleaved === undefined) {
    if (transport.multicast) throw multicastOnly();
    if (transport.clientPort !== undefined) throw notInterleaved();
  }
  const asked = [channel, channel + 1] as const;
  const answered = transport.interleaved ?? asked;
  const [rtpChannel, rtcpChannel] = taken.has(answered[0]) ? asked : answered;
  return { setup: { media, rtpChannel, rtcpChannel, ssrc: transport.ssrc }, terms };
}

function takeSession(client: RtspClient, response: RtspResponse): SessionTerms | undefined {
  const session = parseSession(response.headers.get('Session') ?? '');
  if (session === undefined) return undefined;
  client.sessionId ??= session.id;
  return { timeoutSeconds: session.timeoutSeconds };
}

/** Milliseconds between two keep-alives: twice and a bit within the session's timeout. */
export function keepAliveIntervalMs(terms: SessionTerms | undefined): number {
  const timeout = (terms?.timeoutSeconds ?? DEFAULT_SESSION_TIMEOUT_SECONDS) * 1000;
  return Math.max(MIN_KEEP_ALIVE_MS, Math.min(MAX_KEEP_ALIVE_MS, timeout * 0.45));
}

/** Bounds of {@link keepAliveIntervalMs}. */
export const MIN_KEEP_ALIVE_MS = 500;
export const MAX_KEEP_ALIVE_MS = 25_000;

/**
 * Seconds by which the camera's clock is ahead of ours, by the Date of an answer (RFC 2326 §12.18). Live555
 * writes a comma too many: `Fri, Apr 30 2021 20:12:32 GMT`.
 */
export function clockOffsetOf(response: RtspResponse, now: EpochMs): number | undefined {
  const date = response.headers.get('Date');
  const then = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(then) ? undefined : (then - now) / 1000;
}
