import { ApiProblem, problemOf } from '../../api/problem.ts';

/** A WHEP session as the server made it (draft-ietf-wish-whep). */
export interface WhepSession {
  /** SDP. */
  readonly answer: string;
  /** Trickles a fragment of ICE; what does not arrive is not missed, since ours are checks too. */
  patch(fragment: string): void;
  /** Ends it. Resolved when the server has answered, or cannot. */
  end(): Promise<void>;
}

const OFFER_TIMEOUT_MS = 8000;
const END_TIMEOUT_MS = 1500;

/** @throws ApiProblem */
export async function openWhep(
  url: string,
  token: string,
  offer: string,
  signal: AbortSignal,
): Promise<WhepSession> {
  const authorization = `Bearer ${token}`;
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/sdp', accept: 'application/sdp' },
      body: offer,
      signal: AbortSignal.any([signal, AbortSignal.timeout(OFFER_TIMEOUT_MS)]),
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new ApiProblem('web.unreachable', 0, {}, cause);
  }
  if (!response.ok) {
    throw problemOf(response.status, await response.json().catch(() => undefined));
  }
  const location = response.headers.get('location');
  const etag = response.headers.get('etag');
  const resource = location === null ? undefined : new URL(location, response.url).href;
  return {
    answer: await response.text(),
    patch(fragment) {
      if (resource === undefined) return;
      fetch(resource, {
        method: 'PATCH',
        headers: {
          authorization,
          'content-type': 'application/trickle-ice-sdpfrag',
          ...(etag !== null && { 'if-match': etag }),
        },
        body: fragment,
      }).catch(() => {});
    },
    async end() {
      if (resource === undefined) return;
      await fetch(resource, {
        method: 'DELETE',
        headers: { authorization },
        keepalive: true,
        signal: AbortSignal.timeout(END_TIMEOUT_MS),
      }).catch(() => {});
    },
  };
}
