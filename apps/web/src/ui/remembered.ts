/**
 * Reads and writes a choice; where storage is refused the choice lives as long as the page.
 * `storage` is asked for late: a browser may throw at the mere sight of it.
 */
export function remembered<Value extends string>(
  key: string,
  allowed: readonly Value[],
  otherwise: Value,
  storage: () => Pick<Storage, 'getItem' | 'setItem'> = () => localStorage,
): { initial: Value; save(value: Value): void } {
  let initial = otherwise;
  try {
    const stored = storage().getItem(key);
    initial = allowed.find((value) => value === stored) ?? otherwise;
  } catch {
    // Storage is refused.
  }
  return {
    initial,
    save(value) {
      try {
        storage().setItem(key, value);
      } catch {
        // Storage is refused.
      }
    },
  };
}
