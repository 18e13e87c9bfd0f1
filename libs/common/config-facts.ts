/** What a key of vms.yaml tells beside its type. The annotated file and the editors' schema show it. */
export interface KeyFacts {
  /** Of a number: `seconds`, `bytes`, … */
  readonly unit?: string;
  /** Taken over while the system runs; all other keys need a restart. */
  readonly live?: true;
  /** Shown where there is no default. Must be valid. */
  readonly example?: unknown;
  /** The default in words, where the place of the installation decides it. */
  readonly byDefault?: string;
  /** Given by the program itself or by tests, never by a person: not shown. */
  readonly internal?: true;
}

/** Meaning of a key, for `.meta()` of its schema. */
export function about(
  description: string,
  facts: KeyFacts = {},
): Record<string, unknown> & { description: string } {
  return { description, ...facts };
}
