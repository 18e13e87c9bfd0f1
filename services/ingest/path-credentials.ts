/** In the path of an address: who signs in, for cameras that take it nowhere else (Xiongmai). */
export const USERNAME_IN_PATH = '$USERNAME';
export const PASSWORD_IN_PATH = '$PASSWORD';

/** Whether the camera would be told the password by the path alone. */
export function carriesPassword(path: string): boolean {
  return path.includes(PASSWORD_IN_PATH);
}

/**
 * The address as it goes to the camera. It is put together where a request is written and kept nowhere:
 * lists, logs, errors and answers hold the address with the names in place of the secrets.
 */
export function withCredentials(
  url: string,
  { username, password }: { readonly username: string; readonly password: string },
): string {
  return url
    .replaceAll(USERNAME_IN_PATH, () => encodeURIComponent(username))
    .replaceAll(PASSWORD_IN_PATH, () => encodeURIComponent(password));
}
