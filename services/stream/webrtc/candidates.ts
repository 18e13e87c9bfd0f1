import { isIP } from 'node:net';

/** RFC 8445 §5.1.2.2: preference of host candidates. */
const HOST_PREFERENCE = 126;
const MAX_LOCAL_PREFERENCE = 65_535;

/**
 * Whether a viewer's candidate is worth a try: UDP, and an address. Names (mDNS) are left out, since
 * looking them up takes seconds: the viewer's own checks reach us, and show where it is.
 */
export function isUsableCandidate(candidate: string): boolean {
  const [foundation = '', component, protocol = '', priority = '', address = '', port = '', typ] =
    candidate.trim().split(' ');
  return (
    /^[A-Za-z0-9+/]{1,32}$/.test(foundation) &&
    component === '1' &&
    protocol.toLowerCase() === 'udp' &&
    /^\d{1,10}$/.test(priority) &&
    isIP(address) !== 0 &&
    /^\d{1,5}$/.test(port) &&
    Number(port) > 0 &&
    Number(port) <= 65_535 &&
    typ === 'typ' &&
    candidate.length <= 512 &&
    /^[\x20-\x7e]*$/.test(candidate)
  );
}

/**
 * Host candidates of the configured addresses.
 * @param announced `address`, `address:port`, `[IPv6]` or `[IPv6]:port`
 */
export function announcedCandidates(announced: readonly string[], udpPort: number): string[] {
  return announced.flatMap((entry, index) => {
    const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry);
    const plain = isIP(entry) !== 0 ? ['', entry] : /^([^:]+):(\d+)$/.exec(entry);
    const [, address = '', port] = bracketed ?? plain ?? [];
    return isIP(address) === 0
      ? []
      : [hostCandidate(address, Number(port ?? udpPort), MAX_LOCAL_PREFERENCE - index)];
  });
}

/** For a machine that has no address but its own. */
export function loopbackCandidate(udpPort: number): string {
  return hostCandidate('127.0.0.1', udpPort, 1);
}

function hostCandidate(address: string, port: number, localPreference: number): string {
  const priority = HOST_PREFERENCE * 2 ** 24 + localPreference * 2 ** 8 + 255;
  return `${localPreference} 1 udp ${priority} ${address} ${port} typ host`;
}
