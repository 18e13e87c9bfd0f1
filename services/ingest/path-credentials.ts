/** In the path of an address: who signs in, for cameras that take it nowhere else (Xiongmai). */
export const USERNAME_IN_PATH = '$USERNAME';
export const PASSWORD_IN_PATH = '$PASSWORD';

/** Whether the camera would be told the password by the path alone. */
export function carriesPassword(path: string): boolean {
  return path.includes(PASSWORD_IN_PATH);
}

/**
 * The URI as it goes to the camera. It is put together where a request is written and kept nowhere:
 * lists, logs, errors and answers hold the address with the names in place of the secrets.
 *
 * @param given the address that we were given. Only there names are filled in; what a camera puts behind
 *   it, or in its place, stays as the camera wrote it: it could otherwise ask for the password in the clear.
 */
export function withCredentials(
  uri: string,
  given: string,
  { username, password }: { readonly username: string; readonly password: string },
): string {
  if (!uri.startsWith(given)) return uri;
  const filled = given
    .replaceAll(USERNAME_IN_PATH, () => encodeURIComponent(username))
    .replaceAll(PASSWORD_IN_PATH, () => encodeURIComponent(password));
  return filled + uri.slice(given.length);
}
