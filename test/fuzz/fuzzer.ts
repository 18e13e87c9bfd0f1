import { messageOf } from '@vms/common/errors.ts';
import { seededRandom } from '../fault/random.ts';
import { type FuzzTarget, sizesAround } from './fuzz-target.ts';
import { MAX_INPUT_BYTES, mutate } from './mutator.ts';

/** An input that takes longer has found a loop; a large one may take more by MAX_RUN_MS_PER_MIB. */
export const MAX_RUN_MS = 2000;
export const MAX_RUN_MS_PER_MIB = 500;
/** Heap and buffers that a target may hold more at the end than after its first tenth. */
export const MAX_GROWTH_BYTES = 64 * 1024 * 1024;
/** One input of so many is made of one at a bound, where those fit. */
const RUNS_PER_LARGE_INPUT = 16;
/** Failures of one target after which it is left alone. */
const MAX_FAILURES = 10;
/** Milliseconds between two looks at whether to let others run. */
const TURN_MS = 100;
const MIB = 2 ** 20;

export interface FuzzFailure {
  readonly target: string;
  /** Number of the input: the same seed and number make the same bytes. */
  readonly input: number;
  /** Of inputs up to MAX_INPUT_BYTES; larger ones are made again from seed and number. */
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
  /** Spoilt inputs a target, at most. */
  readonly runs: number;
  /** Milliseconds after which no further one is made. Default: none. */
  readonly milliseconds?: number;
  readonly seed: number;
  /** Bytes beyond which a spoilt input does not grow. Default MAX_INPUT_BYTES. */
  readonly maxBytes?: number;
  /** Frees what can be freed before memory is measured; without it memory is not compared. */
  readonly collectGarbage?: (() => void) | undefined;
}

/**
 * Feeds a target its seeds, inputs around each of its bounds, then spoilt ones; the same seed gives the
 * same inputs.
 */
export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzResult> {
  const { milliseconds = Number.POSITIVE_INFINITY, maxBytes = MAX_INPUT_BYTES } = options;
  const seeds = target.seeds();
  if (seeds.length === 0) throw new Error(`The fuzz target ${target.name} has no seeds.`);
  const random = seededRandom(options.seed ^ hashOf(target.name));
  const failures: FuzzFailure[] = [];
  let inputs = 0;
  const attempt = (input: Uint8Array, label = ''): void => {
    const number = inputs++;
    const message = failureOf(target, input);
    if (message === undefined) return;
    const base64 = input.length > MAX_INPUT_BYTES ? '' : Buffer.from(input).toString('base64');
    failures.push({ target: target.name, input: number, base64, message: label + message });
  };
  const began = performance.now();
  for (const seed of seeds) attempt(seed);
  const large: Uint8Array[] = [];
  for (const { name, bound, input } of target.bounds) {
    for (const size of sizesAround(bound)) {
      const bytes = input(size);
      attempt(bytes, `${name} of ${size}: `);
      if (bytes.length <= maxBytes) large.push(bytes);
      await nextTurn();
    }
  }
  let before: number | undefined;
  let turn = performance.now();
  let run = 0;
  const done = (): number => Math.max(run / options.runs, (turn - began) / milliseconds);
  for (; run < options.runs && done() < 1 && failures.length < MAX_FAILURES; run++) {
    const isLarge = large.length > 0 && run % RUNS_PER_LARGE_INPUT === 0;
    attempt(mutate(isLarge ? large : seeds, random, maxBytes));
    const now = performance.now();
    if (now - turn < TURN_MS) continue;
    turn = now;
    if (done() > 0.1) before ??= await heldBytes(options.collectGarbage);
    await nextTurn();
  }
  if (before !== undefined && options.collectGarbage !== undefined) {
    const grown = (await heldBytes(options.collectGarbage)) - before;
    if (grown > MAX_GROWTH_BYTES) {
      const message = `holds ${Math.round(grown / MIB)} MiB more than at its beginning`;
      failures.push({ target: target.name, input: inputs, base64: '', message });
    }
  }
  return { target: target.name, inputs, failures };
}

/** What is wrong with how a target takes an input; undefined where nothing is. */
function failureOf(target: FuzzTarget, input: Uint8Array): string | undefined {
  const copy = Uint8Array.from(input);
  // CPU time, not wall-clock time: other work on the machine is no fault of the parser.
  const started = process.cpuUsage();
  try {
    target.run(copy);
  } catch (thrown) {
    return thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown);
  }
  const { user, system } = process.cpuUsage(started);
  const took = (user + system) / 1000;
  const most = MAX_RUN_MS + (MAX_RUN_MS_PER_MIB * input.length) / MIB;
  return took > most ? `took ${Math.round(took)} ms of CPU for ${input.length} bytes` : undefined;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Twice, because buffers are only freed some time after what held them. */
async function heldBytes(collectGarbage: (() => void) | undefined): Promise<number> {
  if (collectGarbage === undefined) return 0;
  for (let i = 0; i < 2; i++) {
    collectGarbage();
    await nextTurn();
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
