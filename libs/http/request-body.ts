import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpServer } from './http-server.ts';
import { bodyTooLarge, invalidRequest } from './problem.ts';

/**
 * Milliseconds for which what a caller still sends is read and thrown away after an answer that did
 * not wait for it, so that the answer is read before the connection is reset (RFC 9112 §9.6).
 */
export const LINGER_MS = 1_000;

/** Requests whose `Expect: 100-continue` has not been answered yet. */
const expecting = new WeakSet<IncomingMessage>();

/**
 * Content of requests, for every route: what is too large or coded in a way that is not understood is
 * refused before a byte of it is read, and an answer that comes before the end of the content closes
 * the connection, because nobody knows any more where the next request would begin.
 */
export function boundRequestBodies(server: HttpServer): void {
  // Without this Node asks for the content of every request, those that are refused included.
  server.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    expecting.add(request);
    server.server.emit('request', request, response);
  });
  server.addHook('preParsing', async (request, reply, payload) => {
    checkContent(request, request.routeOptions.bodyLimit ?? server.initialConfig.bodyLimit ?? 0);
    if (expecting.delete(request.raw)) reply.raw.writeContinue();
    return payload;
  });
  server.addHook('onSend', async (request, reply, payload) => {
    // What came with the head of the request is parsed by now.
    await Promise.resolve();
    // Where an upgrade is not taken, Node forgets what came behind the request.
    if (request.raw.headers.upgrade !== undefined) void reply.header('connection', 'close');
    return isWhole(request.raw) ? payload : closing(request, reply, payload);
  });
}

/** Whether a request says that content follows its head (RFC 9112 §6.3). */
export function hasContent({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

function checkContent({ headers }: FastifyRequest, limitBytes: number): void {
  if (Number(headers['content-length'] ?? 0) > limitBytes) throw bodyTooLarge();
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return;
  // Node reports no fault in chunks behind an upgrade that was not taken.
  if (headers.upgrade !== undefined) {
    throw invalidRequest([{ path: 'header.upgrade', message: 'cannot stand with chunks' }]);
  }
  if (coding.toLowerCase() === 'chunked') return;
  throw invalidRequest([
    { path: 'header.transfer-encoding', message: 'only chunked is understood' },
  ]);
}

function isWhole(request: IncomingMessage): boolean {
  return request.complete || !hasContent(request);
}

/** The payload of an answer that closes its connection once the caller has had time to read it. */
function closing(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  void reply.header('connection', 'close');
  const isText = typeof payload === 'string' || Buffer.isBuffer(payload);
  // Behind an upgrade that was not taken nothing is read any more.
  const isOver = request.method === 'HEAD' || request.raw.headers.upgrade !== undefined;
  if (!isText || isOver) return payload;
  void reply.header('content-length', String(Buffer.byteLength(payload)));
  return Readable.from(thenLinger(payload, request.raw), { objectMode: false });
}

async function* thenLinger(payload: string | Buffer, request: IncomingMessage) {
  yield payload;
  const over = new AbortController();
  const end = (): void => over.abort();
  request.once('end', end).once('close', end).once('error', end).resume();
  await wait(LINGER_MS, undefined, { signal: over.signal, ref: false }).catch(() => {});
}
