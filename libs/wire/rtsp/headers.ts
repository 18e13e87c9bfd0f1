/** Headers of a message: names without case, in the order of arrival. */
export class RtspHeaders {
  readonly fields: readonly (readonly [name: string, value: string])[];

  constructor(fields: readonly (readonly [name: string, value: string])[]) {
    this.fields = fields;
  }

  /** First value of that name, trimmed. */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    for (const [key, value] of this.fields) if (key.toLowerCase() === wanted) return value;
    return undefined;
  }

  /** Every value of that name: `WWW-Authenticate` comes several times. */
  getAll(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.fields.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
  }
}

/** `Session: <id>;timeout=<seconds>` (RFC 2326 §12.37). */
export interface SessionHeader {
  readonly id: string;
  /** Seconds until the server forgets a silent client; 60 where it says nothing. */
  readonly timeoutSeconds: number;
}

/** `Transport:` (RFC 2326 §12.39), as far as unicast needs it. */
export interface TransportHeader {
  /** For instance `RTP/AVP/TCP`; upper case. */
  readonly protocol: string;
  /** Channel of RTP and of RTCP; undefined where the server left them out. */
  readonly interleaved: readonly [rtp: number, rtcp: number] | undefined;
  readonly clientPort: readonly [rtp: number, rtcp: number] | undefined;
  readonly serverPort: readonly [rtp: number, rtcp: number] | undefined;
  /** As an unsigned number; undefined where absent, unreadable or the meaningless 0. */
  readonly ssrc: number | undefined;
  readonly source: string | undefined;
  readonly mode: string | undefined;
}

/** One track of `RTP-Info:` (RFC 2326 §12.33). */
export interface RtpInfo {
  readonly url: string;
  readonly sequence: number | undefined;
  readonly rtpTime: number | undefined;
  readonly ssrc: number | undefined;
}
