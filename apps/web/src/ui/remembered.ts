/** Reads and writes a choice; where storage is refused the choice lives as long as the page. */
export function remembered<Value extends string>(
  key: string,
  allowed: readonly Value[],
  otherwise: Value,
): { initial: Value; save(value: Value): void } {
  let initial = otherwise;
  try {
    initial = allowed.find((value) => value === localStorage.getItem(key)) ?? otherwise;
  } catch {
    // Storage is refused.
  }
  return {
    initial,
    save(value) {
      try {
        localStorage.setItem(key, value);
      } catch {
        // Storage is refused.
      }
    },
  };
}
