import { messageOf } from '@vms/common/errors.ts';
import { seededRandom } from '../fault/random.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { mutate } from './mutator.ts';

/** An input that takes longer has found a loop. */
export const MAX_RUN_MS = 2000;
/** Heap and buffers that a target may hold more at the end than after its first tenth. */
export const MAX_GROWTH_BYTES = 64 * 1024 * 1024;
/** Failures of one target after which it is left alone. */
const MAX_FAILURES = 10;
/** Inputs between two looks at whether to let others run. */
const INPUTS_PER_TURN = 2000;

export interface FuzzFailure {
  readonly target: string;
  /** Number of the input: the same seed and number make the same bytes. */
  readonly input: number;
  readonly base64: string;
  readonly message: string;
}

export interface FuzzResult {
  readonly target: string;
  readonly inputs: number;
  readonly failures: readonly FuzzFailure[];
}

/** What a round is like. */
export interface FuzzOptions {
  /** Inputs a target. */
  readonly runs: number;
  readonly seed: number;
  /** Frees what can be freed before memory is measured; without it memory is not compared. */
  readonly collectGarbage?: (() => void) | undefined;
}

/** Feeds a target its seeds, then spoilt ones; the same seed gives the same inputs. */
export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzResult> {
  const seeds = target.seeds();
  if (seeds.length === 0) throw new Error(`The fuzz target ${target.name} has no seeds.`);
  const random = seededRandom(options.seed ^ hashOf(target.name));
  const failures: FuzzFailure[] = [];
  const attempt = (input: Uint8Array, number: number): void => {
    const copy = Uint8Array.from(input);
    const started = performance.now();
    let message: string | undefined;
    try {
      target.run(copy);
      const took = performance.now() - started;
      if (took > MAX_RUN_MS) message = `took ${Math.round(took)} ms`;
    } catch (thrown) {
      message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown);
    }
    if (message === undefined) return;
    const base64 = Buffer.from(input).toString('base64');
    failures.push({ target: target.name, input: number, base64, message });
  };
  let inputs = 0;
  for (const seed of seeds) attempt(seed, inputs++);
  let before = 0;
  for (let run = 0; run < options.runs && failures.length < MAX_FAILURES; run++) {
    attempt(mutate(seeds, random), inputs++);
    if (run === Math.floor(options.runs / 10)) {
      before = await heldBytes(options.collectGarbage);
    }
    if (run % INPUTS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const grown = (await heldBytes(options.collectGarbage)) - before;
  if (options.collectGarbage !== undefined && options.runs >= 10 && grown > MAX_GROWTH_BYTES) {
    const message = `holds ${Math.round(grown / 2 ** 20)} MiB more than at its beginning`;
    failures.push({ target: target.name, input: inputs, base64: '', message });
  }
  return { target: target.name, inputs, failures };
}

/** Twice, because buffers are only freed some time after what held them. */
async function heldBytes(collectGarbage: (() => void) | undefined): Promise<number> {
  if (collectGarbage === undefined) return 0;
  for (let i = 0; i < 2; i++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** FNV-1a: targets of one seed get inputs of their own. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
