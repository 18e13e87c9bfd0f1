import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Groups of 16 bits in the /64 of an IPv6 address that one subscriber has to itself. */
const NETWORK_GROUPS = 4;

/**
 * Whom a limit by address counts as one: an IPv4 address (also where it comes as `::ffff:192.0.2.7`), or
 * the /64 of an IPv6 address (RFC 6177: a subscriber has at least that, and may use every address of it).
 * What is neither stands for itself.
 */
export function networkOf(address: string): string {
  const [text = ''] = address.split('%');
  if (!isIPv6(text)) return text;
  const parsed = ipaddr.process(text);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  const network = parsed.parts.slice(0, NETWORK_GROUPS).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}
