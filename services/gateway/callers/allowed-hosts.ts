import { isIP } from 'node:net';

/** Characters of the longest name that DNS has (RFC 1035 §2.3.4). */
export const MAX_HOST_CHARACTERS = 253;
/** `gateway.hosts`: a name, one with all below it, or any. */
export const HOST_PATTERN = /^(\*|(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)$/;

export interface AllowedHostsOptions {
  /** `gateway.hosts`. */
  readonly configured: readonly string[];
  /** What this machine calls itself. */
  readonly hostname: string;
  /** Whether the certificate in use vouches for a name. */
  readonly isCertified: (name: string) => boolean;
}

/**
 * By which names the system is asked: a page of somebody else, whose name suddenly leads to this
 * machine (DNS rebinding), is of the same origin as the system for a browser, but comes by its own
 * name. Addresses are no names: a browser that was given one asks nobody else.
 */
export class AllowedHosts {
  readonly #names: ReadonlySet<string>;
  readonly #endings: readonly string[];
  readonly #isCertified: (name: string) => boolean;
  readonly #isAny: boolean;
  /** Whether names were configured, which a proxy in front is then held to as well. */
  readonly isConfigured: boolean;

  constructor({ configured, hostname, isCertified }: AllowedHostsOptions) {
    const written = configured.map((name) => name.toLowerCase());
    const own = hostname.toLowerCase();
    this.isConfigured = written.length > 0;
    this.#isAny = written.includes('*');
    // RFC 6761 §6.3: localhost and all below it are this machine; RFC 6762: .local is of this network.
    this.#names = new Set(['localhost', own, `${own.split('.')[0]}.local`, ...written]);
    this.#endings = ['.localhost', ...written.flatMap(ending)];
    this.#isCertified = isCertified;
  }

  /** @param authority - Of the header Host: `cameras.example.org:8443`, `[::1]`. */
  allows(authority: string): boolean {
    if (this.#isAny) return true;
    const written = hostNameOf(authority)?.toLowerCase();
    if (written === undefined) return false;
    if (isIP(written.replace(/^\[(.*)\]$/, '$1')) !== 0) return true;
    // A dot at the end is the root of DNS: the same name.
    const name = written.replace(/\.$/, '');
    if (this.#names.has(name)) return true;
    return this.#endings.some((end) => name.endsWith(end)) || this.#isCertified(name);
  }
}

function ending(name: string): string[] {
  return name.startsWith('*.') ? [name.slice(1)] : [];
}

/** Without the port, `[::1]` with its brackets; undefined for what is no host. */
export function hostNameOf(authority = ''): string | undefined {
  return /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/.exec(authority)?.[1];
}
