import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Clock, EpochMs, Timer } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { HealthCheck } from '@vms/common/lifecycle.ts';
import type { Logger } from '@vms/common/logger.ts';
import {
  type Certificate,
  readCertificate,
  renewalOf,
  understandCertificate,
} from './certificate.ts';

/** How `gateway.tls` is set, where it is not `none`. */
export type TlsSetting = 'auto' | { readonly certFile: string; readonly keyFile: string };

export interface CertificateKeeperOptions {
  readonly setting: TlsSetting;
  /** Folder of the certificate that is made here; only who runs the system may enter it. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default: what the system says of this machine. */
  readonly names?: () => readonly string[];
}

const DAY_MS = 86_400_000;
/** Milliseconds between two looks at the files. */
export const POLL_INTERVAL_MS = 60_000;
/** Days before its end at which one that was made here is renewed. */
export const RENEW_DAYS = 30;
/** Certificate and key in one file, so that there is never one without the other. */
const MADE_FILE = 'made-here.pem';

/**
 * Knows the certificate that browsers get, and takes a renewed one up by itself. With one that cannot
 * be used the system goes on: with the last good one, or with one made here.
 */
export class CertificateKeeper {
  readonly #options: CertificateKeeperOptions;
  #current: Certificate | undefined;
  #isOwn = false;
  /** Fingerprint of the one whose end was told of. */
  #toldExpired: string | undefined;
  #fault: string | undefined;
  #timer: Timer | undefined;

  constructor(options: CertificateKeeperOptions) {
    this.#options = options;
  }

  /** Loads a certificate, or makes one. @throws where the folder cannot be written */
  async open(): Promise<Certificate> {
    return (await this.#load()) ?? (await this.#takeMade());
  }

  /** Whether browsers trust it as far as we can tell: it is one's own, and has not expired. */
  get isTrusted(): boolean {
    const expiresAt = this.#current?.expiresAt ?? 0;
    return this.#isOwn && this.#options.clock.now() < expiresAt;
  }

  /** Looks for a renewed one from now on. */
  watch(renewed: (certificate: Certificate) => void): void {
    this.#timer = this.#options.clock.every(POLL_INTERVAL_MS, () => void this.look(renewed));
  }

  /** Looks now; never rejects. */
  async look(renewed: (certificate: Certificate) => void): Promise<void> {
    const before = this.#current?.fingerprint;
    try {
      const found = await this.#load();
      if (found === undefined || found.fingerprint === before) return;
      renewed(found);
      const expiresAt = new Date(found.expiresAt).toISOString();
      this.#options.logger.info({ expiresAt }, 'A renewed certificate is in use.');
    } catch (error) {
      this.#tell(messageOf(error));
    }
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /**
   * For /health: until when the one in use is good, and whether one's own files can be used.
   * Of `certificate`, `values.expiresAt` and `values.renewBy` are milliseconds since 1970, and
   * `values.own` is 1 where it is one's own.
   */
  checks(): Readonly<Record<string, HealthCheck>> {
    const fault = this.#fault ?? this.#notYet();
    return {
      certificate: this.#validity(),
      ...(fault !== undefined && {
        'certificate files': { status: 'degraded', message: fault } as const,
      }),
    };
  }

  #validity(): HealthCheck {
    const current = this.#current;
    if (current === undefined) return { status: 'failing', message: 'There is no certificate.' };
    const { expiresAt } = current;
    const now = this.#options.clock.now();
    const renewBy = renewalOf(current);
    const values = { expiresAt, renewBy, own: this.#isOwn ? 1 : 0 };
    const until = dayOf(expiresAt);
    if (now >= expiresAt) return { status: 'degraded', message: expired(until), values };
    if (this.#isOwn && now >= renewBy) {
      const days = Math.floor((expiresAt - now) / DAY_MS);
      const message = `The certificate expires on ${until} (days left: ${days}): renew it.`;
      return { status: 'degraded', message, values };
    }
    return { status: 'ok', message: `It is valid until ${until}.`, values };
  }

  #notYet(): string | undefined {
    const startsAt = this.#current?.startsAt ?? 0;
    if (this.#options.clock.now() >= startsAt) return undefined;
    return `The certificate is valid from ${new Date(startsAt).toISOString()} only: is the clock right?`;
  }

  /** One's own, or the one made here where that is asked for; undefined where one's own is no good. */
  async #load(): Promise<Certificate | undefined> {
    const { setting } = this.#options;
    if (setting === 'auto') return this.#takeMade();
    let found: Certificate;
    try {
      found = readCertificate(setting);
    } catch (error) {
      this.#tell(messageOf(error));
      return undefined;
    }
    this.#fault = undefined;
    this.#isOwn = true;
    this.#current = found;
    this.#tellExpired(found, setting.certFile);
    return found;
  }

  async #takeMade(): Promise<Certificate> {
    const { clock, folder, logger } = this.#options;
    const path = join(folder, MADE_FILE);
    let made = readMade(path);
    if (made === undefined || made.expiresAt - clock.now() < RENEW_DAYS * DAY_MS) {
      // Loaded by those alone who need it.
      const { makeSelfSigned, namesOfMachine } = await import('./self-signed.ts');
      const names = (this.#options.names ?? namesOfMachine)();
      const { cert, key } = await makeSelfSigned(names, clock.now());
      writePrivately(folder, path, cert + key);
      made = understandCertificate(cert, key, path);
      logger.info({ fingerprint: made.fingerprint, path }, 'A certificate was made.');
    }
    this.#current = made;
    this.#isOwn = false;
    return made;
  }

  /** Once of each: it is used all the same, and still encrypts. */
  #tellExpired({ expiresAt, fingerprint }: Certificate, certFile: string): void {
    const { clock, logger } = this.#options;
    if (clock.now() < expiresAt || this.#toldExpired === fingerprint) return;
    this.#toldExpired = fingerprint;
    logger.error({ certFile }, expired(dayOf(expiresAt)));
  }

  /** Told once, until it is another. */
  #tell(fault: string): void {
    if (this.#fault === fault) return;
    this.#fault = fault;
    const kept =
      this.#current === undefined ? 'One made here is used.' : 'The last good one stays.';
    this.#options.logger.error({}, `${fault} ${kept}`);
  }
}

function expired(day: string): string {
  return `The certificate expired on ${day}: browsers warn of it or refuse it. Renew it.`;
}

function dayOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 10);
}

function readMade(path: string): Certificate | undefined {
  try {
    const pem = readFileSync(path, 'utf8');
    return understandCertificate(pem, pem.slice(pem.indexOf('-----BEGIN PRIVATE KEY')), path);
  } catch {
    // None yet, or a damaged one: a new one is made.
    return undefined;
  }
}

function writePrivately(folder: string, path: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  const handle = openSync(temporary, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, path);
}
