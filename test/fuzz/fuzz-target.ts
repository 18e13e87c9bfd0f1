import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A bound of a parser, by the constant that the code keeps to, and how an input comes to it. */
export interface TargetBound {
  /** Name of the constant. */
  readonly name: string;
  /** Its value, imported from the code. */
  readonly bound: number;
  /** An input that has `size` of what the constant bounds. */
  readonly input: (size: number) => Uint8Array;
}

/** One parser under fuzz. A file in `targets/` that exports such an object is found by itself. */
export interface FuzzTarget {
  /** Name on the command line. */
  readonly name: string;
  /** Valid inputs, which the mutator spoils. */
  readonly seeds: () => readonly Uint8Array[];
  /** Every bound of the parser: inputs below, at and beyond each are fed too, however large they are. */
  readonly bounds: readonly TargetBound[];
  /**
   * Feeds one input, and checks what comes out. Errors that the parser may raise on purpose are caught
   * inside; anything thrown is a failure.
   */
  readonly run: (input: Uint8Array) => void;
}

/** Sizes at which a bound is tried: just below, at, just beyond, and far beyond. */
export function sizesAround(bound: number): readonly number[] {
  return [bound - 1, bound, bound + 1, 2 * bound + 1000];
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
    'bounds' in value &&
    'run' in value &&
    typeof value.run === 'function'
  );
}
