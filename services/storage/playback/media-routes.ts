import { Readable } from 'node:stream';
import { type MediaGrant, verifyMediaToken } from '@vms/auth/media-token.ts';
import type { RevocationFeed } from '@vms/auth/revocation-feed.ts';
import type { Clock, EpochMs } from '@vms/common/clock.ts';
import { networkOf } from '@vms/http/network-of.ts';
import { ProofLimiter } from '@vms/http/proof-limiter.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PlaybackError } from '../playback-error.ts';
import type { Archive } from './archive.ts';
import type { ByteBudget, ByteShare } from './byte-budget.ts';
import { encodeSegment, TIMELINE_LEAD_MS } from './fmp4-view.ts';
import { checkRange, initSegmentOf, playlistOf } from './hls-view.ts';
import { OpenAnswers } from './open-answers.ts';
import { sendRecordingFile } from './recording-file.ts';
import type { RunFragment, RunReader } from './run-reader.ts';
import { type MediaName, parseMediaName, type SegmentAddress } from './segment-name.ts';
import { MAX_SEGMENT_BYTES } from './segment-plan.ts';

export interface MediaRoutesOptions {
  readonly archive: Archive;
  /** Shared by all answers of the process. */
  readonly budget: ByteBudget;
  /** Signs media tokens. */
  readonly mediaKey: Uint8Array;
  readonly clock: Clock;
  readonly revocations: RevocationFeed;
}

/** Milliseconds that a client has to take a segment; then the connection is closed. */
export const MAX_SEGMENT_SEND_MS = 60_000;
/** Under this prefix: `<token>/<name>`. */
export const MEDIA_PREFIX = '/media/v1/';

const PLAYLIST_CONTENT_TYPE = 'application/vnd.apple.mpegurl';
const INIT_CONTENT_TYPE = 'video/mp4';
/** RFC 8216 §3.3 leaves it open; CMAF (ISO/IEC 23000-19 §7.3.4) and players use this one. */
const SEGMENT_CONTENT_TYPE = 'video/iso.segment';
/** The run may grow, and retention may take its beginning. */
const ASK_AGAIN = 'private, no-cache';
/** What a name stands for never changes. */
const NEVER_CHANGES = 'private, max-age=3600, immutable';

/** A token that plays: a camera and a range. */
interface PlayGrant extends MediaGrant {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/**
 * Playback over HTTP. The token in the path was signed by the API, says which camera and range, and is
 * all the authorization there is; names below it hold everything else, so nothing is kept between
 * requests. Errors are thrown as VmsError for the server's error handler.
 */
export async function mediaRoutes(
  server: FastifyInstance,
  options: MediaRoutesOptions,
): Promise<void> {
  const { archive, clock, mediaKey, revocations } = options;
  const open = new OpenAnswers(revocations);
  const proofs = new ProofLimiter(clock);
  server.route({
    method: ['GET', 'HEAD'],
    // A wildcard: it has no limit of length, a parameter has.
    url: `${MEDIA_PREFIX}*`,
    config: { action: 'media.read' } as object,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const [token = '', name = '', ...more] = wildcard(request).split('/');
      const grant = proofs.check(request.ip, () => verifyMediaToken(mediaKey, token, clock.now()));
      revocations.check(grant);
      open.add(grant, reply.raw);
      const asked = parseMediaName(more.length === 0 ? name : '');
      if (asked.kind !== 'file') return sendPlayed(asked, playGrant(grant), reply, options);
      const reader = await archive.open(grant.camera, downloadedRun(grant));
      return sendRecordingFile(reader, request, reply);
    },
  });
}

async function sendPlayed(
  asked: Exclude<MediaName, { kind: 'file' }>,
  grant: PlayGrant,
  reply: FastifyReply,
  options: MediaRoutesOptions,
): Promise<FastifyReply> {
  const { archive } = options;
  switch (asked.kind) {
    case 'playlist': {
      const range = {
        camera: grant.camera,
        stream: 'main',
        from: grant.from,
        to: grant.to,
      } as const;
      const text = await playlistOf(archive, range);
      return reply.type(PLAYLIST_CONTENT_TYPE).header('cache-control', ASK_AGAIN).send(text);
    }
    case 'init': {
      const reader = await archive.open(grant.camera, asked.run);
      try {
        const { end, open, start } = reader.location;
        if (start >= grant.to || (!open && end < grant.from - TIMELINE_LEAD_MS)) throw notAllowed();
        const init = initSegmentOf(await archive.configuration(reader), asked.video);
        void reply.type(INIT_CONTENT_TYPE).header('cache-control', NEVER_CHANGES);
        return reply.send(Buffer.from(init));
      } finally {
        await reader.close();
      }
    }
    case 'segment': {
      const reader = await archive.open(grant.camera, asked.address.run);
      try {
        return await sendSegment(reader, asked.address, grant, reply, options);
      } finally {
        await reader.close();
      }
    }
  }
}

async function sendSegment(
  reader: RunReader,
  { first, count, video }: SegmentAddress,
  grant: PlayGrant,
  reply: FastifyReply,
  { archive, budget, clock }: MediaRoutesOptions,
): Promise<FastifyReply> {
  const read = await reader.fragments(first, count + 1);
  const fragments = read.slice(0, count);
  if (fragments.length < count) throw segmentGone();
  await checkWithin(archive, reader, fragments, grant);
  const bytes = fragments.reduce((sum, fragment) => sum + fragment.length, 0);
  if (bytes > MAX_SEGMENT_BYTES && count > 1) throw segmentGone();
  const configuration = await archive.configuration(reader);
  const holder = `${networkOf(reply.request.ip)} ${grant.grant}`;
  const share = await budget.acquire(bytes, holder);
  try {
    const origin = Math.floor(grant.from) - TIMELINE_LEAD_MS;
    const next = read[count];
    const segment = await encodeSegment({ reader, configuration, video, fragments, next, origin });
    void reply
      .type(SEGMENT_CONTENT_TYPE)
      .header('cache-control', NEVER_CHANGES)
      .header('content-length', String(segment.bytes));
    releaseWhenSent(share, reply, clock);
    if (reply.request.method === 'HEAD') return reply.send();
    return reply.send(Readable.from(segment.iovecs, { objectMode: true }));
  } catch (error) {
    share.release();
    throw error;
  }
}

/** The bytes count until the client has them or is gone; one that does not take them is disconnected. */
function releaseWhenSent(share: ByteShare, reply: FastifyReply, clock: Clock): void {
  const { raw } = reply;
  // The client may have left while the segment was read: then 'close' has been.
  if (raw.destroyed) {
    share.release();
    return;
  }
  const timer = clock.after(MAX_SEGMENT_SEND_MS, () => raw.destroy());
  raw.once('close', () => {
    timer.cancel();
    share.release();
  });
}

/**
 * A token for a range gives what its playlist gives: nothing at or after its end, and before its start
 * only from the random access point that its first picture needs.
 */
async function checkWithin(
  archive: Archive,
  reader: RunReader,
  fragments: readonly RunFragment[],
  grant: PlayGrant,
): Promise<void> {
  const first = fragments[0];
  const last = fragments.at(-1);
  if (first === undefined || last === undefined) throw segmentGone();
  let within = last.wallClock < grant.to;
  if (within && first.wallClock < grant.from) {
    // `fragmentCount` where the run was over before: no fragment has that number.
    within =
      first.number >= (await archive.firstFragment(reader, grant.from, reader.fragmentCount));
  }
  if (!within) throw notAllowed();
}

function playGrant(grant: MediaGrant): PlayGrant {
  const { from, run, to } = grant;
  if (grant.action !== 'play' || run !== undefined) throw notAllowed();
  if (from === undefined || to === undefined) throw notAllowed();
  checkRange({ from, to });
  return { ...grant, from, to };
}

function downloadedRun(grant: MediaGrant): string {
  if (grant.action !== 'download' || grant.run === undefined) throw notAllowed();
  return grant.run;
}

function wildcard(request: FastifyRequest): string {
  const parameters = request.params as Readonly<Record<string, string>>;
  return parameters['*'] ?? '';
}

function notAllowed(): PlaybackError {
  return new PlaybackError('playback.not-allowed', {
    happened: 'This address does not allow that.',
    remedy: 'Open the recording again from its page.',
  });
}

function segmentGone(): PlaybackError {
  return new PlaybackError('playback.not-found', {
    happened: 'This part of the recording is not there.',
    remedy: 'It may have been deleted to make room; look at the time line again.',
  });
}
