import type { RtspResponse } from '@vms/wire/rtsp/message.ts';
import { IngestError } from './ingest-error.ts';

/** Characters of a camera's own words that are shown. */
const MAX_REASON_CHARACTERS = 60;

/** Whether the camera sends us elsewhere (RFC 2326 §11.3). */
export function isRedirect(response: RtspResponse): boolean {
  const { status } = response;
  return status >= 301 && status <= 308 && status !== 304 && status !== 306;
}

/** Whether the camera plays, but not from a point in time: 456 and 457 (RFC 2326 §11.3.7, §11.3.8). */
export function refusesRange({ status }: RtspResponse): boolean {
  return status === 456 || status === 457;
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
        `The camera answered ${method} with ${words}, and does not send the stream now.`,
        'It may be busy: close other programs that watch it, or restart it.',
      );
    case 461:
      return refused(
        `The camera did not accept the transport that was asked for: RTP over TCP (${words}).`,
        'Check that RTSP over TCP (interleaved) is switched on in the camera.',
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
    'The camera answered SETUP with UDP ports; RTP over TCP was asked for.',
    'Switch on RTSP over TCP (interleaved) in the camera.',
  );
}

/** The camera sends to a multicast group only. */
export function multicastOnly(): IngestError {
  return refused(
    'The camera answered SETUP with a multicast group; RTP over TCP was asked for.',
    'Switch on unicast with RTSP over TCP (interleaved) in the camera, or enter the address of its unicast stream.',
  );
}

/** SRTP without keys that can be followed: DTLS, or a suite that is not known. */
export function encrypted(): IngestError {
  return refused(
    'The camera encrypts this stream (SRTP), and its description has no key that is supported.',
    'Switch SRTP off for this stream in the camera, or let it give the key by SDES or MIKEY; rtsps:// alone is enough to encrypt it.',
  );
}

/** SRTP whose packets do not fit the keys that the camera gave. */
export function undecipherable(): IngestError {
  return refused(
    'The camera encrypts this stream (SRTP), and its packets do not fit the key that it gave.',
    'Switch SRTP off for this stream in the camera; with UniFi Protect take “?enableSrtp” off the address.',
  );
}

function refused(happened: string, remedy: string): IngestError {
  return new IngestError('ingest.refused', { happened, remedy });
}

/** A camera's words are foreign input: one line, no control characters. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').slice(0, MAX_REASON_CHARACTERS);
}
