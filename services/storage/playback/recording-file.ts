import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PlaybackError } from '../playback-error.ts';
import { type ByteRange, parseRange, rangeCounts } from './byte-range.ts';
import type { RunReader } from './run-reader.ts';

/** Read at a time while a file is sent: what each download holds in memory, twice. */
export const DOWNLOAD_CHUNK_BYTES = 256 * 1024;

/** RFC 9559 §26.1. */
const MATROSKA_CONTENT_TYPE = 'video/matroska';

/**
 * Answers with a run's file: whole or one range (RFC 9110 §14), for GET and HEAD. An open run counts
 * up to its last acknowledged fragment, as of now. Closes the reader when the answer has ended.
 */
export async function sendRecordingFile(
  reader: RunReader,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const length = reader.playableBytes;
  const entityTag = `"${reader.location.id}-${length}"`;
  const { 'if-range': ifRange, 'if-none-match': ifNoneMatch, range: header } = request.headers;
  void reply
    .type(MATROSKA_CONTENT_TYPE)
    .header('accept-ranges', 'bytes')
    .header('etag', entityTag)
    .header('cache-control', 'private, no-cache')
    .header('content-disposition', `attachment; filename="${fileName(reader)}"`);
  if (ifNoneMatch === entityTag) {
    await reader.close();
    return reply.code(304).send();
  }
  const counts = rangeCounts(typeof ifRange === 'string' ? ifRange : undefined, entityTag);
  const range = parseRange(counts ? header : undefined, length);
  if (range === 'unsatisfiable') {
    await reader.close();
    void reply.header('content-range', `bytes */${length}`).removeHeader('content-disposition');
    throw new PlaybackError('playback.range-not-satisfiable', {
      happened: `The recording has ${length} bytes; the part asked for lies behind them.`,
      remedy: 'Ask for the whole recording again.',
    });
  }
  const part = range === 'whole' ? { first: 0, last: length - 1 } : range;
  if (range !== 'whole') {
    void reply.code(206).header('content-range', `bytes ${part.first}-${part.last}/${length}`);
  }
  void reply.header('content-length', String(part.last - part.first + 1));
  if (request.method === 'HEAD') {
    await reader.close();
    return reply.send();
  }
  const stream = Readable.from(chunks(reader, part), { objectMode: false, highWaterMark: 1 });
  // Not in the generator: one that is never asked for its first chunk never gets to its end.
  stream.once('close', () => void reader.close());
  return reply.send(stream);
}

/** Reads as fast as the client takes it; a stalled client costs one chunk, and no read under way. */
async function* chunks(reader: RunReader, { first, last }: ByteRange): AsyncGenerator<Buffer> {
  for (let at = first; at <= last; at += DOWNLOAD_CHUNK_BYTES) {
    yield await reader.bytes(at, Math.min(DOWNLOAD_CHUNK_BYTES, last + 1 - at));
  }
}

/** `cam_…_2026-01-02T03-04-05.678Z.mkv` */
function fileName(reader: RunReader): string {
  const { camera, start } = reader.location;
  return `${camera}_${new Date(Math.floor(start)).toISOString().replaceAll(':', '-')}.mkv`;
}
