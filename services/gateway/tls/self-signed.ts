// What @peculiar/x509 builds upon asks for it, first of all.
import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { networkInterfaces, hostname as systemHostname } from 'node:os';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { EpochMs } from '@vms/common/clock.ts';

const DAY_MS = 86_400_000;
/** Browsers of Apple take no longer ones. */
export const LIFE_DAYS = 397;
/** A clock that is a little behind still takes it. */
const BACKDATED_MS = DAY_MS;
/** Names and addresses in one certificate. */
export const MAX_NAMES = 64;
/** RFC 5280 §4.1.2.2: up to 20 octets; 64 bits of chance are asked for (CA/B §7.1). */
const SERIAL_BYTES = 16;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Under what names and addresses browsers find this machine. */
export function namesOfMachine(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, scopeid }) => !internal && !(scopeid !== undefined && scopeid > 0))
    .map(({ address }) => address);
  return [...new Set(['localhost', systemHostname(), '127.0.0.1', '::1', ...addresses])];
}

/** A certificate that vouches for itself, ECDSA P-256, good for {@link LIFE_DAYS}. */
export async function makeSelfSigned(
  names: readonly string[],
  now: EpochMs,
): Promise<{ readonly cert: string; readonly key: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const serial = randomBytes(SERIAL_BYTES);
  // Positive, and never with a leading zero.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial.toString('hex'),
    name: 'CN=VMS Enterprise',
    notBefore: new Date(now - BACKDATED_MS),
    notAfter: new Date(now - BACKDATED_MS + LIFE_DAYS * DAY_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names
          .slice(0, MAX_NAMES)
          .map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
      ),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}
