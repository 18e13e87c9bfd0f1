import { checkPacketizerOptions, type PacketizerOptions, type RtpPayload } from './packetizer.ts';

/**
 * Cuts G.711 into RTP payloads (RFC 3551 §4.5.14): the samples as they are. The marker would tell the
 * start of a talkspurt; without silence suppression it is never set.
 *
 * @throws RangeError when the longest payload is too short
 */
export function packetizeG711(samples: Uint8Array, options: PacketizerOptions): RtpPayload[] {
  checkPacketizerOptions(options);
  const payloads: RtpPayload[] = [];
  for (let at = 0; at < samples.length; at += options.maxPayloadBytes) {
    payloads.push({ bytes: samples.subarray(at, at + options.maxPayloadBytes), marker: false });
  }
  return payloads;
}
