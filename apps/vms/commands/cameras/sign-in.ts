import { readCameraAddress } from '@vms/common/camera-address.ts';
import { canPrompt, promptPassword, readPasswordFile } from '../../command-line/password-input.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { CAMERA_TEXTS } from './camera-texts.ts';

/** What the command line says of who signs in at a camera. */
export interface SignInOptions {
  readonly user: string | undefined;
  readonly 'password-file': string | undefined;
}

/** Who signs in; what was not said is absent. */
export interface SignIn {
  readonly username?: string;
  readonly password?: string;
}

/** Reads the password from where it is, or asks for it. @throws CliError `password.unreadable` */
export async function readSignIn(options: SignInOptions, terminal: Terminal): Promise<SignIn> {
  const { user, 'password-file': file } = options;
  const who = user === undefined ? {} : { username: user };
  if (file !== undefined) return { ...who, password: await readPasswordFile(file, terminal) };
  if (user === undefined || !canPrompt(terminal)) return who;
  return { ...who, password: await promptPassword(CAMERA_TEXTS.askCameraPassword, terminal) };
}

/** Says that an address with a password in it is unwise. */
export function warnOfPassword(url: string | undefined, terminal: Terminal): void {
  const read = readCameraAddress(url ?? '');
  if (typeof read === 'string' || (read.password === undefined && read.secrets.length === 0))
    return;
  terminal.note(CAMERA_TEXTS.passwordInUrl);
}

/** An address as it may be shown: without what signs in. What cannot be read is not shown. */
export function shownAddress(url: string): string {
  const read = readCameraAddress(url);
  return typeof read === 'string' ? '' : read.url;
}
