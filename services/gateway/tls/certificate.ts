import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EpochMs } from '@vms/common/clock.ts';
import { messageOf, VmsError } from '@vms/common/errors.ts';

/** A certificate or key that no browser can be served with. */
export class CertificateError extends VmsError<'tls.certificate-unusable'> {
  /** The reason alone, for who says the rest in another way. */
  readonly why: string;

  constructor(why: string, cause?: unknown) {
    super(
      'tls.certificate-unusable',
      {
        happened: `The certificate of the gateway cannot be used: ${why}.`,
        remedy:
          'gateway.tls.certFile wants PEM: the certificate first, then those between it and the authority; gateway.tls.keyFile its key without a password.',
      },
      { cause },
    );
    this.why = why;
  }
}

/** A certificate chain and its key, as PEM, which belong together. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly startsAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** SHA-256, as browsers show it. */
  readonly fingerprint: string;
}

const DAY_MS = 86_400_000;
/**
 * From when one's own certificate should have been renewed: this many days before its end, or this
 * share of its life where that is shorter. ACME clients renew with a third of it left (30 days of 90),
 * so whatever gets here was tried in vain for days, and there is time to mend it.
 */
export const WARN_DAYS = 21;
const WARN_SHARE = 1 / 4;

export function renewalOf({ startsAt, expiresAt }: Pick<Certificate, 'startsAt' | 'expiresAt'>) {
  return expiresAt - Math.min(WARN_DAYS * DAY_MS, (expiresAt - startsAt) * WARN_SHARE);
}

/** Files of one's own. @throws CertificateError */
export function readCertificate(files: {
  readonly certFile: string;
  readonly keyFile: string;
}): Certificate {
  const { certFile, keyFile } = files;
  let pem: readonly [string, string];
  try {
    pem = [readFileSync(certFile, 'utf8'), readFileSync(keyFile, 'utf8')];
  } catch (cause) {
    throw new CertificateError(messageOf(cause), cause);
  }
  return understandCertificate(...pem, `${certFile}, ${keyFile}`);
}

/**
 * Understands a certificate and its key. Dates are not judged: an expired one still encrypts.
 * @param place - Where they come from, for the error.
 * @throws CertificateError
 */
export function understandCertificate(cert: string, key: string, place: string): Certificate {
  let leaf: X509Certificate;
  let belongs: boolean;
  try {
    leaf = new X509Certificate(cert);
    belongs = leaf.checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw new CertificateError(`${place}: ${messageOf(cause)}`, cause);
  }
  if (!belongs) throw new CertificateError(`${place}: the key is not that of the certificate`);
  return {
    cert,
    key,
    startsAt: leaf.validFromDate.getTime(),
    expiresAt: leaf.validToDate.getTime(),
    fingerprint: leaf.fingerprint256,
  };
}
