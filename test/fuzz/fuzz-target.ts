import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One parser under fuzz. A file in `targets/` that exports such an object is found by itself. */
export interface FuzzTarget {
  /** Name on the command line. */
  readonly name: string;
  /** Valid inputs, which the mutator spoils. */
  readonly seeds: () => readonly Uint8Array[];
  /**
   * Feeds one input, and checks what comes out. Errors that the parser may raise on purpose are caught
   * inside; anything thrown is a failure.
   */
  readonly run: (input: Uint8Array) => void;
}

const TARGETS = join(import.meta.dirname, 'targets');

/** Every target, by name. */
export async function loadTargets(): Promise<FuzzTarget[]> {
  const files = readdirSync(TARGETS).filter((file) => file.endsWith('.ts'));
  const targets: FuzzTarget[] = [];
  for (const file of files) {
    const exported: Record<string, unknown> = await import(join(TARGETS, file));
    for (const value of Object.values(exported)) if (isTarget(value)) targets.push(value);
  }
  return targets.sort((a, b) => a.name.localeCompare(b.name));
}

function isTarget(value: unknown): value is FuzzTarget {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'seeds' in value &&
    'run' in value &&
    typeof value.run === 'function'
  );
}
