import type { EpochMs } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import { CertificateError, readCertificate, renewalOf } from '@vms/gateway/tls/certificate.ts';
import type { Configuration } from '../../config/configuration.ts';
import { CERTIFICATE_FINDINGS } from './doctor-texts.ts';
import { type Finding, found } from './finding.ts';

const DAY_MS = 86_400_000;

/** A certificate of one's own: whether it can be used, and until when. One that is made here renews itself. */
export function checkCertificate(tls: Configuration['gateway']['tls'], now: EpochMs): Finding[] {
  if (typeof tls === 'string') return [];
  try {
    const certificate = readCertificate(tls);
    const { startsAt, expiresAt } = certificate;
    const values = {
      path: tls.certFile,
      from: dayOf(startsAt),
      until: dayOf(expiresAt),
      days: Math.floor((expiresAt - now) / DAY_MS),
    };
    const { good, expiring, expired, notYet } = CERTIFICATE_FINDINGS;
    if (now >= expiresAt) return [found('certificate', expired, values)];
    if (now < startsAt) return [found('certificate', notYet, values)];
    return [found('certificate', now < renewalOf(certificate) ? good : expiring, values)];
  } catch (error) {
    const reason = error instanceof CertificateError ? error.why : messageOf(error);
    return [found('certificate', CERTIFICATE_FINDINGS.unusable, { reason })];
  }
}

function dayOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 10);
}
