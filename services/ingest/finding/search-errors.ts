import type { SearchOutcome } from '@vms/common/camera-search.ts';
import type { Explanation } from '@vms/common/errors.ts';
import { cameraStateOf, IngestError } from '../ingest-error.ts';
import type { Credentials } from '../rtsp-client.ts';

/** What a search ends with that found nothing. */
export interface SearchFailure {
  readonly outcome: SearchOutcome;
  readonly detail: string;
}

const OUTCOME_OF: Readonly<Partial<Record<string, SearchOutcome>>> = {
  unreachable: 'unreachable',
  'address-blocked': 'address-blocked',
  'not-rtsp': 'not-rtsp',
  'wrong-password': 'wrong-password',
  'not-found': 'no-known-stream',
  'codec-not-supported': 'no-known-stream',
  refused: 'refused',
  connecting: 'refused',
};

/** How a search ended that this error stopped. */
export function failureOf(error: unknown, credentials: Credentials): SearchFailure {
  if (!(error instanceof IngestError)) throw error;
  const outcome = OUTCOME_OF[cameraStateOf(error)] ?? 'error';
  if (outcome === 'wrong-password') return loginRefused(credentials);
  return { outcome, detail: error.message };
}

/** A search tries no password twice, unlike a camera that is recorded: the words of that are wrong here. */
function loginRefused({ username, password }: Credentials): SearchFailure {
  if (username === '' && password === '') {
    return {
      outcome: 'password-needed',
      detail:
        'The camera wants a user name and a password. Enter those of a camera user who may watch the stream.',
    };
  }
  return {
    outcome: 'wrong-password',
    detail:
      'The camera refuses the user name or the password. It was asked only once. Check both before you try again: some cameras lock an account after a few wrong attempts, and some have a user of their own for RTSP.',
  };
}

function errorOf(code: IngestError['code'], explanation: Explanation): IngestError {
  return new IngestError(code, explanation);
}

/** No RTSP port takes connections. */
export function noPort(host: string, ports: readonly number[], hasWebPage: boolean): IngestError {
  const listed = `RTSP port${ports.length === 1 ? '' : 's'} ${ports.join(', ')}`;
  return hasWebPage
    ? errorOf('ingest.unreachable', {
        happened: `A device answers at ${host}, but not on ${listed}.`,
        remedy:
          'Switch RTSP (or ONVIF) on in the settings of the camera: several makers deliver it switched off. If it has another port there, write it behind the address.',
      })
    : errorOf('ingest.unreachable', {
        happened: `Nothing answers at ${host} on ${listed}.`,
        remedy:
          'Check the address, that the camera has power and network, and that RTSP (or ONVIF) is switched on in its settings.',
      });
}

/** Every path that is known was asked for in vain. */
export function noKnownStream(tried: number): IngestError {
  return errorOf('ingest.not-found', {
    happened: `A camera answers, but has no stream under the ${tried} paths that were tried.`,
    remedy: 'Look up its RTSP address in its manual or its settings, and enter the whole address.',
  });
}

/** Time or connections are used up. */
export function gaveUp(tried: number): IngestError {
  return errorOf('ingest.not-found', {
    happened: `The camera answers so slowly, or ends so many connections, that only ${tried} paths could be tried.`,
    remedy: 'Try again, or look up its RTSP address in its manual and enter the whole address.',
  });
}

/** A login that was good is not any more; another would only lock the account. */
export function loginRevoked(): IngestError {
  return errorOf('ingest.refused', {
    happened: 'The camera took the password, and then refused it, without saying why.',
    remedy: 'Close other programs that watch it, wait a minute, and try again.',
  });
}

/** Some cameras end the connection where others say "wrong password": another try could lock the account. */
export function loginUnanswered(): IngestError {
  return errorOf('ingest.wrong-password', {
    happened: 'The camera was given the user name and the password, and ended the talk.',
    remedy: 'Check both: it most likely refuses them. If they are right, restart the camera.',
  });
}

/** Ingest stops. */
export function searchStopped(): IngestError {
  return errorOf('ingest.connection-lost', {
    happened: 'The search was ended: ingest stops.',
    remedy: 'Try again in a moment.',
  });
}
