/** How often an open page asks whether it is still the one that is served. */
export const BUILD_POLL_MS = 60_000;
/** Milliseconds after a reload within which no other is made by itself: a broken server ends in words. */
const RELOAD_PATIENCE_MS = 60_000;
const RELOADED_AT = 'vms.reloaded';

/** The entry script that a document names; hashed by the build, it is the build's id. */
export function entryOf(html: string): string | undefined {
  const script = /<script\b[^>]*\btype="module"[^>]*>/i.exec(html)?.[0];
  const source = script === undefined ? undefined : /\bsrc="([^"]+)"/i.exec(script)?.[1];
  return source === undefined ? undefined : baseName(source);
}

function baseName(address: string): string {
  return address.replace(/[?#].*$/, '').replace(/^.*\//, '');
}

export interface BuildDeps {
  /** The document as it is served now. */
  fetchDocument(): Promise<string>;
  /** The entry script of this page: the address of the module. */
  readonly ownEntry: string;
}

/** Whether another build is served than the one that runs; undefined where nobody can tell. */
export async function isOutdated({
  fetchDocument,
  ownEntry,
}: BuildDeps): Promise<boolean | undefined> {
  const served = entryOf(await fetchDocument().catch(() => ''));
  return served === undefined ? undefined : served !== baseName(ownEntry);
}

/**
 * Whether to load the page again without asking, after a part of it could not be loaded. Once only: if
 * the part is missing again right afterwards, a person is told.
 */
export function mayReload(storage: Pick<Storage, 'getItem' | 'setItem'>, now: number): boolean {
  const before = Number(storage.getItem(RELOADED_AT) ?? 0);
  if (now - before < RELOAD_PATIENCE_MS) return false;
  storage.setItem(RELOADED_AT, String(now));
  return true;
}
