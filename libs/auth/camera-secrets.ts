import { randomBytes } from 'node:crypto';
import { type AddressTemplate, sealableAddress } from '@vms/common/camera-address.ts';
import type { RandomBytes } from '@vms/common/ids.ts';
import { cameraPasswordAad, seal, unseal } from './seal.ts';

/** What of a camera nobody may read. */
export interface CameraSecrets {
  /** Empty for none. */
  readonly password: string;
  /** What `$SECRET1` … in its addresses stand for. */
  readonly secrets: readonly string[];
}

/** Between the sealed password, which may be empty, and the sealed secrets of the addresses. */
const SEPARATOR = ';';

/**
 * Seals what of a camera nobody may read: the sealed password alone where that is all, else
 * `<password>;<JSON of the secrets>`, each sealed separately. Empty for nothing.
 */
export function sealCameraSecrets(
  key: Uint8Array,
  camera: string,
  { password, secrets }: CameraSecrets,
  random: RandomBytes = randomBytes,
): string {
  const sealed = password === '' ? '' : seal(key, password, cameraPasswordAad(camera), random);
  if (secrets.length === 0) return sealed;
  const list = seal(key, JSON.stringify(secrets), addressSecretsAad(camera), random);
  return `${sealed}${SEPARATOR}${list}`;
}

/** @throws AuthError `auth.seal-broken` */
export function unsealCameraSecrets(
  key: Uint8Array,
  camera: string,
  sealed: string,
): CameraSecrets {
  const [password = '', secrets = ''] = sealed.split(SEPARATOR);
  return {
    password: password === '' ? '' : unseal(key, password, cameraPasswordAad(camera)),
    secrets: secrets === '' ? [] : JSON.parse(unseal(key, secrets, addressSecretsAad(camera))),
  };
}

/** Whether a password is among what was sealed; needs no key. */
export function hasSealedPassword(sealed: string): boolean {
  return sealed !== '' && !sealed.startsWith(SEPARATOR);
}

function addressSecretsAad(camera: string): string {
  return `camera:${camera}:address`;
}

/** A camera as databases and lists keep it. */
export interface SealableCamera {
  readonly id: string;
  readonly url: string;
  readonly subUrl: string | undefined;
  readonly username: string;
  readonly sealedPassword: string;
}

export interface SealedCamera {
  readonly url: AddressTemplate;
  readonly subUrl: AddressTemplate | undefined;
  readonly username: string;
  readonly sealedPassword: string;
}

/**
 * Seals what an older version, or somebody by hand, left in the clear in a camera's addresses; undefined
 * where they hold nothing. A password that was sealed already stays the one that signs in.
 *
 * @throws AuthError `auth.seal-broken` where what is sealed already cannot be opened
 */
export function sealAddressesOf(
  key: Uint8Array,
  camera: SealableCamera,
  random: RandomBytes = randomBytes,
): SealedCamera | undefined {
  const saved = openAsFarAsPossible(key, camera);
  const { password: savedPassword = '', secrets: savedSecrets = [] } = saved;
  const known = { username: camera.username, password: savedPassword };
  const main = sealableAddress(camera.url, known, savedSecrets.length + 1);
  const signIn = {
    username: camera.username || (main.username ?? ''),
    password: savedPassword || (main.password ?? ''),
  };
  const secrets = [...savedSecrets, ...main.secrets];
  const sub =
    camera.subUrl === undefined
      ? undefined
      : sealableAddress(camera.subUrl, signIn, secrets.length + 1);
  if (main.url === camera.url && sub?.url === camera.subUrl) return undefined;
  if ('broken' in saved) throw saved.broken;
  return {
    url: main.url,
    subUrl: sub?.url,
    username: signIn.username || (sub?.username ?? ''),
    sealedPassword: sealCameraSecrets(
      key,
      camera.id,
      {
        password: signIn.password || (sub?.password ?? ''),
        secrets: [...secrets, ...(sub?.secrets ?? [])],
      },
      random,
    ),
  };
}

function openAsFarAsPossible(
  key: Uint8Array,
  { id, sealedPassword }: SealableCamera,
): Partial<CameraSecrets> & { readonly broken?: unknown } {
  try {
    return unsealCameraSecrets(key, id, sealedPassword);
  } catch (broken) {
    return { broken };
  }
}
