/**
 * npm run fuzz -- [target ...] --runs N --seconds T --max-bytes B --seed S
 *
 * Feeds each parser (all of them by default) inputs around each of its bounds, then spoilt ones of up to
 * B bytes (64 KiB by default): N each (100 000 by default, without end where T is given), for T seconds
 * all parsers together. What fails is printed to stderr with the bytes in base64, so that it can become a
 * fixture. The last line of stdout is JSON:
 * {"fuzz":"seed 1","targets":8,"inputs":800000,"failures":0}. Exits 1 on any failure.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadTargets } from './fuzz-target.ts';
import { fuzz } from './fuzzer.ts';
import { MAX_INPUT_BYTES } from './mutator.ts';

const DEFAULT_RUNS = 100_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string' },
    seconds: { type: 'string' },
    'max-bytes': { type: 'string' },
    seed: { type: 'string' },
  },
});
const seconds = Number(values.seconds ?? Number.POSITIVE_INFINITY);
const unlimited = values.seconds === undefined ? DEFAULT_RUNS : Number.POSITIVE_INFINITY;
const runs = Number(values.runs ?? unlimited);
const maxBytes = Number(values['max-bytes'] ?? MAX_INPUT_BYTES);
const seed = Number(values.seed ?? 1);
const all = await loadTargets();
const targets = all.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.filter((name) => !all.some((target) => target.name === name));
const isRight = runs >= 1 && seconds > 0 && maxBytes >= 1 && Number.isInteger(seed);
if (unknown.length > 0 || targets.length === 0 || !isRight) {
  process.stderr.write(
    `npm run fuzz -- [target ...] --runs N --seconds T --max-bytes B --seed S; targets: ${all.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
let inputs = 0;
let failures = 0;
const began = performance.now();
for (const [index, target] of targets.entries()) {
  const started = performance.now();
  // What one target leaves of its share goes to those after it.
  const left = began + seconds * 1000 - started;
  const milliseconds = left / (targets.length - index);
  const result = await fuzz(target, { runs, milliseconds, seed, maxBytes, collectGarbage });
  inputs += result.inputs;
  failures += result.failures.length;
  const perSecond = Math.round((result.inputs * 1000) / (performance.now() - started));
  process.stderr.write(`${target.name}: ${result.inputs} inputs, ${perSecond}/s\n`);
  for (const failure of result.failures) {
    process.stderr.write(`  input ${failure.input}: ${failure.message}\n  ${failure.base64}\n`);
  }
}
process.stdout.write(
  `${JSON.stringify({ fuzz: `seed ${seed}`, targets: targets.length, inputs, failures })}\n`,
);
process.exitCode = failures > 0 ? 1 : 0;
