/** The address of the sign-in page that leads back to `path` afterwards. */
export function signInPath(path: string): string {
  return path === '/' || path === '' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`;
}

/** The address of the page that asks for a password, and leads to `path` afterwards. */
export function welcomePath(path: string): string {
  return path === '/' ? '/welcome' : `/welcome?next=${encodeURIComponent(path)}`;
}

/**
 * Where to go after signing in. Only paths of this origin: what stands in the address bar may come
 * from anybody.
 */
export function nextPath(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])[^\n\r\t]*$/.test(next)) return '/';
  return /^\/(sign-in|welcome)\b/.test(next) ? '/' : next;
}
