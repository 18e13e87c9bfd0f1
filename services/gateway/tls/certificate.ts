import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { EpochMs } from '@vms/common/clock.ts';
import { messageOf, VmsError } from '@vms/common/errors.ts';

export type CertificateErrorCode = 'tls.certificate-unusable';

/** A certificate or key that no browser can be served with. */
export class CertificateError extends VmsError<CertificateErrorCode> {}

/** A certificate chain and its key, as PEM, which belong together. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly startsAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** SHA-256, as browsers show it. */
  readonly fingerprint: string;
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
    throw unusable(`${place}: ${messageOf(cause)}`, cause);
  }
  if (!belongs) throw unusable(`${place}: the key is not that of the certificate`);
  return {
    cert,
    key,
    startsAt: leaf.validFromDate.getTime(),
    expiresAt: leaf.validToDate.getTime(),
    fingerprint: leaf.fingerprint256,
  };
}

export function unusable(why: string, cause?: unknown): CertificateError {
  return new CertificateError(
    'tls.certificate-unusable',
    {
      happened: `The certificate of the gateway cannot be used: ${why}.`,
      remedy:
        'gateway.tls.certFile wants PEM: the certificate first, then those between it and the authority; gateway.tls.keyFile its key without a password.',
    },
    { cause },
  );
}
