import type { RtspResponse } from '@vms/wire/rtsp/message.ts';
import { IngestError } from './ingest-error.ts';

/** Characters of a camera's own words that are shown. */
const MAX_REASON_CHARACTERS = 60;

/** Whether the camera sends us elsewhere (RFC 2326 §11.3). */
export function isRedirect(response: RtspResponse): boolean {
  const { status } = response;
  return status >= 301 && status <= 308 && status !== 304 && status !== 306;
}

/**
 * What a response means that is not 200.
 * @throws never; gives `ingest.not-rtsp`, `ingest.not-found`, `ingest.refused` or `ingest.protocol`
 */
export function errorOfStatus(method: string, response: RtspResponse): IngestError {
  if (response.protocol === 'HTTP') return webServer();
  const { status } = response;
  const words = `${status} ${printable(response.reason)}`.trim();
  switch (status) {
    case 403:
      return refused(
        `The camera does not allow this user to watch the stream (${words}).`,
        'Give the user the right to watch in the camera, or enter another user.',
      );
    case 404:
    case 410:
      return new IngestError('ingest.not-found', {
        happened: `The camera knows no stream under this path (${words}).`,
        remedy: "Check the path of the address in the camera's manual.",
      });
    case 453:
    case 503:
      return refused(
        `The camera has no free place for another viewer (${words}).`,
        'Close other programs that watch it, or raise its limit.',
      );
    case 461:
      return refused(
        `The camera does not send its stream over TCP (${words}).`,
        'Switch on RTSP over TCP (interleaved) in the camera.',
      );
    default:
      if (status >= 500) {
        return refused(
          `The camera reports a fault of its own to ${method} (${words}).`,
          'If this stays, restart the camera.',
        );
      }
      return new IngestError('ingest.protocol', {
        happened: `The camera did not accept ${method} (${words}).`,
        remedy: 'Check the address, and look for newer firmware of the camera.',
      });
  }
}

/** A web server stands where a camera was expected. */
export function webServer(): IngestError {
  return new IngestError('ingest.not-rtsp', {
    happened: 'A web server answers at this address, not a camera stream.',
    remedy: 'Use the RTSP port of the camera, usually 554, not the port of its web page.',
  });
}

/** The camera wants to send by UDP only. */
export function notInterleaved(): IngestError {
  return refused(
    'The camera does not send its stream over TCP.',
    'Switch on RTSP over TCP (interleaved) in the camera.',
  );
}

function refused(happened: string, remedy: string): IngestError {
  return new IngestError('ingest.refused', { happened, remedy });
}

/** A camera's words are foreign input: one line, no control characters. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').slice(0, MAX_REASON_CHARACTERS);
}
