/** What a description says of its ICE credentials, which each trickled fragment repeats. */
export interface IceCredentials {
  readonly ufrag: string;
  readonly pwd: string;
}

export function credentialsOf(sdp: string): IceCredentials | undefined {
  const ufrag = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1];
  const pwd = /^a=ice-pwd:(\S+)/m.exec(sdp)?.[1];
  return ufrag === undefined || pwd === undefined ? undefined : { ufrag, pwd };
}

/** A candidate as the browser tells it. */
export interface TrickledCandidate {
  /** `candidate:…` */
  readonly candidate: string;
  readonly mid: string;
}

/**
 * The body of a PATCH by `application/trickle-ice-sdpfrag` (RFC 8840 §9): credentials, then candidates
 * under the media section that they belong to. `last`: there will be no more.
 */
export function iceFragment(
  { ufrag, pwd }: IceCredentials,
  candidates: readonly TrickledCandidate[],
  last: boolean,
): string {
  const lines = [`a=ice-ufrag:${ufrag}`, `a=ice-pwd:${pwd}`];
  const mids = [...new Set(candidates.map(({ mid }) => mid))];
  for (const mid of mids.length > 0 ? mids : ['0']) {
    lines.push('m=video 9 UDP/TLS/RTP/SAVPF 0', `a=mid:${mid}`);
    for (const entry of candidates) {
      if (entry.mid === mid) lines.push(`a=${entry.candidate}`);
    }
    if (last) lines.push('a=end-of-candidates');
  }
  return `${lines.join('\r\n')}\r\n`;
}
