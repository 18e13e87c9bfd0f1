/** Where a page may keep what a viewer chose; asked for late: a browser may throw at the mere sight of it. */
type Keeper = () => Pick<Storage, 'getItem' | 'setItem'>;

/** Reads and writes a text; where storage is refused it lives as long as the page. */
export function rememberedText(
  key: string,
  storage: Keeper = () => localStorage,
): { initial: string | undefined; save(value: string): void } {
  let initial: string | undefined;
  try {
    initial = storage().getItem(key) ?? undefined;
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

/** Reads and writes a choice; anything else that was kept there counts as `otherwise`. */
export function remembered<Value extends string>(
  key: string,
  allowed: readonly Value[],
  otherwise: Value,
  storage?: Keeper,
): { initial: Value; save(value: Value): void } {
  const text = rememberedText(key, storage);
  return { ...text, initial: allowed.find((value) => value === text.initial) ?? otherwise };
}
