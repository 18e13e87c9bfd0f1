import type { Socket } from 'node:net';
import { systemErrorCode } from '@vms/common/errors.ts';
import { newId } from '@vms/common/ids.ts';
import { HttpError } from './http-error.ts';
import { invalidRequest, PROBLEM_CONTENT_TYPE, toProblem } from './problem.ts';

/**
 * Answers what could not be parsed as a request, or did not come in time, and closes the connection.
 * A caller that has gone gets nothing, nor one that is in the middle of an answer.
 */
export function refuseUnparsed(error: Error, socket: Socket): void {
  const isAnswering = (socket as Partial<WithMessage>)._httpMessage?.headersSent === true;
  if (!socket.writable || isAnswering || systemErrorCode(error) === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const problem = toProblem(inWords(error), newId('req'));
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'connection: close',
    'cache-control: no-store',
    `content-type: ${PROBLEM_CONTENT_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'x-content-type-options: nosniff',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** What Node's server keeps on a connection for its own handler of such errors. */
interface WithMessage {
  readonly _httpMessage: { readonly headersSent: boolean } | null;
}

function inWords(error: Error): HttpError {
  switch (systemErrorCode(error)) {
    case 'HPE_HEADER_OVERFLOW':
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new HttpError('http.headers-too-large', {
        happened: 'The headers of the request are larger than 16 KiB.',
        remedy: 'Send smaller headers.',
      });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpError('http.request-timeout', {
        happened: 'The request did not arrive in time.',
        remedy: 'Send the whole request without pausing.',
      });
    default:
      return invalidRequest([{ path: 'request', message: 'is not valid HTTP/1.1' }]);
  }
}
