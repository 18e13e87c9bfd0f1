/**
 * Path below which the system lives, without its last slash: empty, or `/vms` behind a proxy. The
 * gateway writes it into index.html.
 */
export function basePath(): string {
  return new URL('.', document.baseURI).pathname.slice(0, -1);
}

/** The path within the system: what the router and its addresses go by. */
export function withoutBase(path: string): string {
  const base = basePath();
  return path === base || path.startsWith(`${base}/`) ? path.slice(base.length) : path;
}

/** Whether the address bar shows a path of the system. */
export function isBelowBase(path: string): boolean {
  const base = basePath();
  return path === base || path.startsWith(`${base}/`);
}
