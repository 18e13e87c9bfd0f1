/** Whom the system makes at its first start. */
export const FIRST_USERNAME = 'admin';
/** The path of the address that is printed at the first start. */
export const WELCOME_PATH = '/welcome';

/** What of the browser's window is needed here. */
export interface AddressBar {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState' | 'state'>;
}

/**
 * The first password, from the fragment of the printed address `…/welcome#k7wq-m2ht-…`. Address bar
 * and history forget it at once; browsers send fragments to no server.
 */
export function takeFirstPassword({ location, history }: AddressBar): string | undefined {
  const { hash, pathname, search } = location;
  if (hash.length < 2 || !pathname.endsWith(WELCOME_PATH)) return undefined;
  history.replaceState(history.state, '', `${pathname}${search}`);
  try {
    return decodeURIComponent(hash.slice(1)).trim();
  } catch {
    return hash.slice(1).trim();
  }
}
