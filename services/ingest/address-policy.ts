import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { MAX_URL_CHARACTERS } from '@vms/common/camera-address.ts';
import type { Clock } from '@vms/common/clock.ts';
import { IngestError } from './ingest-error.ts';
import { withTimeout } from './timeout.ts';

/** Milliseconds for a name to become an address. */
export const RESOLVE_TIMEOUT_MS = 5_000;
/** Addresses of one name that are looked at. */
export const MAX_ADDRESSES = 16;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'rtsp:': 554, 'rtsps:': 322 };

/** Gives every address of a name. Injected, so that tests need no DNS. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** Asks the system's resolver. */
export const systemResolve: Resolve = async (hostname) => {
  const found = await lookup(hostname, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/** Where to connect to, checked; the name is not asked for again. */
export interface PinnedAddress {
  /** As it goes into request lines: without user information. */
  readonly url: string;
  readonly tls: boolean;
  /** IP address. */
  readonly address: string;
  readonly port: number;
  /** Name for TLS; the address where the URL has no name. */
  readonly hostname: string;
}

export interface AddressPolicyOptions {
  readonly clock: Clock;
  readonly resolve: Resolve;
  /** Whether cameras may be on this machine itself: for development and tests. */
  readonly allowLoopback: boolean;
}

/**
 * Which addresses may be connected to for a camera. Whoever may add a camera could otherwise make
 * this machine talk to its own services, or to a cloud's metadata address (server-side request
 * forgery). The checked address is the one that is connected to, so a name cannot change meanwhile.
 */
export class AddressPolicy {
  readonly #options: AddressPolicyOptions;

  constructor(options: AddressPolicyOptions) {
    this.#options = options;
  }

  /**
   * @param loopback whether this camera may be on this machine, whatever the configuration says
   * @throws IngestError `ingest.address-invalid`, `ingest.address-blocked`, `ingest.name-not-found`
   */
  async pin(url: string, loopback = false): Promise<PinnedAddress> {
    const parsed = parseCameraUrl(url);
    const hostname = parsed.hostname.replace(/^\[|\]$/g, '');
    const addresses = await this.#addressesOf(hostname);
    const allowed = addresses.find(
      (address) => blockedAs(address, loopback || this.#options.allowLoopback) === undefined,
    );
    if (allowed === undefined) throw blocked(hostname, addresses[0] ?? hostname);
    return {
      url: parsed.href,
      tls: parsed.protocol === 'rtsps:',
      address: allowed,
      port: parsed.port === '' ? (DEFAULT_PORTS[parsed.protocol] ?? 554) : Number(parsed.port),
      hostname,
    };
  }

  async #addressesOf(hostname: string): Promise<readonly string[]> {
    if (isIP(hostname) !== 0) return [hostname];
    let addresses: readonly string[];
    try {
      addresses = await withTimeout(
        this.#options.clock,
        RESOLVE_TIMEOUT_MS,
        this.#options.resolve(hostname),
      );
    } catch (cause) {
      throw nameNotFound(hostname, cause);
    }
    if (addresses.length === 0) throw nameNotFound(hostname);
    return addresses.slice(0, MAX_ADDRESSES);
  }
}

/**
 * Reads a camera's URL and takes its user information and fragment off.
 * @throws IngestError `ingest.address-invalid`
 */
export function parseCameraUrl(url: string): URL {
  const parsed = url.length <= MAX_URL_CHARACTERS ? URL.parse(url) : null;
  if (parsed === null || /\s/.test(url.trim())) {
    throw new IngestError('ingest.address-invalid', {
      happened: 'The address of the camera cannot be read.',
      remedy: 'Write it as rtsp://192.168.1.20:554/path, as the manual of the camera gives it.',
    });
  }
  if (!(parsed.protocol in DEFAULT_PORTS)) {
    throw new IngestError('ingest.address-invalid', {
      happened: `The address begins with ${parsed.protocol}//, which is not a camera's.`,
      remedy: 'Only rtsp:// and rtsps:// are used.',
    });
  }
  if (parsed.hostname === '' || parsed.port === '0') {
    throw new IngestError('ingest.address-invalid', {
      happened: 'The address of the camera names no host, or port 0.',
      remedy: 'Write it as rtsp://192.168.1.20:554/path.',
    });
  }
  parsed.username = '';
  parsed.password = '';
  parsed.hash = '';
  return parsed;
}

/**
 * Whether credentials for the one may go to the other: same name, port and protocol. Another port may be
 * another camera behind the same router.
 */
export function isSamePlace(a: PinnedAddress, b: PinnedAddress): boolean {
  return a.hostname === b.hostname && a.port === b.port && a.tls === b.tls;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const NEVER = new BlockList();
NEVER.addSubnet('0.0.0.0', 8, 'ipv4'); // unspecified, "this network" (RFC 1122 §3.2.1.3)
NEVER.addSubnet('169.254.0.0', 16, 'ipv4'); // link-local (RFC 3927), and the metadata of clouds
NEVER.addSubnet('224.0.0.0', 3, 'ipv4'); // multicast, reserved, broadcast
NEVER.addAddress('::', 'ipv6');
NEVER.addSubnet('fe80::', 10, 'ipv6');
NEVER.addSubnet('ff00::', 8, 'ipv6');
NEVER.addAddress('fd00:ec2::254', 'ipv6'); // metadata of a cloud

/** IPv6 addresses that hold an IPv4 one in their last 32 bits: mapped, compatible, NAT64. */
const EMBEDDING = new BlockList();
EMBEDDING.addSubnet('::ffff:0:0', 96, 'ipv6');
EMBEDDING.addSubnet('::', 96, 'ipv6');
EMBEDDING.addSubnet('64:ff9b::', 96, 'ipv6');

/** Why an address may not be a camera's; undefined where it may. */
export function blockedAs(
  address: string,
  allowLoopback: boolean,
): 'loopback' | 'reserved' | undefined {
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return 'reserved';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (LOOPBACK.check(address, family)) return allowLoopback ? undefined : 'loopback';
  if (NEVER.check(address, family)) return 'reserved';
  if (family === 'ipv6' && EMBEDDING.check(address, 'ipv6')) {
    return blockedAs(embeddedIpv4(address), allowLoopback);
  }
  return undefined;
}

/** The last 32 bits of an IPv6 address, dotted. */
function embeddedIpv4(address: string): string {
  if (address.includes('.')) return address.slice(address.lastIndexOf(':') + 1);
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [high = '0', low = '0'] = canonical.split(':').slice(-2);
  const bits = ((Number.parseInt(high || '0', 16) << 16) | Number.parseInt(low || '0', 16)) >>> 0;
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join('.');
}

function blocked(hostname: string, address: string): IngestError {
  const where = hostname === address ? address : `${hostname} (${address})`;
  return new IngestError('ingest.address-blocked', {
    happened: `${where} is an address of this machine itself or of no single camera, and is not connected to.`,
    remedy:
      'Use the address of the camera in its network. For a camera program on this machine, set ingest.allowLoopbackCameras to true.',
  });
}

function nameNotFound(hostname: string, cause?: unknown): IngestError {
  return new IngestError(
    'ingest.name-not-found',
    {
      happened: `The name ${hostname} has no address.`,
      remedy: 'Check its spelling and the DNS of this machine, or use the IP address.',
    },
    { cause },
  );
}
