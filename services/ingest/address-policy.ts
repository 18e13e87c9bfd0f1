import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { MAX_URL_CHARACTERS } from '@vms/common/camera-address.ts';
import type { Clock } from '@vms/common/clock.ts';
import { type AddressClass, addressClassOf } from '@vms/http/address-class.ts';
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
 * forgery). The address of each try and of each redirect is checked, and the connection is made to the
 * address that was checked, so a name cannot change meanwhile.
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

/** Why an address may not be a camera's; undefined where it may. */
export function blockedAs(
  address: string,
  allowLoopback: boolean,
): Exclude<AddressClass, 'usual'> | undefined {
  const found = addressClassOf(address);
  return found === 'usual' || (found === 'loopback' && allowLoopback) ? undefined : found;
}

const BLOCKED_WORDS: Readonly<Record<Exclude<AddressClass, 'usual'>, string>> = {
  loopback: 'is an address of this machine itself',
  metadata: 'is the metadata address of a cloud provider',
  tunnel: 'is an IPv6 address that stands for an IPv4 one',
  reserved: 'is not the address of one device on this network',
};

/** RFC 4291 §2.5.6, RFC 3927. */
const LINK_LOCAL_WORDS =
  'is a link-local address, which does not say in which network the device is';

function isLinkLocal(address: string): boolean {
  return /^(fe[89ab].:|169\.254\.)/i.test(address);
}

function blocked(hostname: string, address: string): IngestError {
  const where = hostname === address ? address : `${hostname} (${address})`;
  const why = blockedAs(address, false) ?? 'reserved';
  const words = why === 'reserved' && isLinkLocal(address) ? LINK_LOCAL_WORDS : BLOCKED_WORDS[why];
  return new IngestError('ingest.address-blocked', {
    happened: `${where} ${words}. The system does not connect to it.`,
    remedy:
      why === 'loopback'
        ? 'Use the address of the camera in its network. For a camera program on this machine, set ingest.allowLoopbackCameras to true.'
        : 'Use the address of the camera in its network.',
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
