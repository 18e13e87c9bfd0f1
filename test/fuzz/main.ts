/**
 * npm run fuzz -- [target ...] --runs N --seed S
 *
 * Feeds each parser (all of them by default) N spoilt inputs (100 000 by default). What fails is printed
 * to stderr with the bytes in base64, so that it can become a fixture. The last line of stdout is JSON:
 * {"fuzz":"seed 1","targets":8,"inputs":800000,"failures":0}. Exits 1 on any failure.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadTargets } from './fuzz-target.ts';
import { fuzz } from './fuzzer.ts';

const DEFAULT_RUNS = 100_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string' }, seed: { type: 'string' } },
});
const runs = Number(values.runs ?? DEFAULT_RUNS);
const seed = Number(values.seed ?? 1);
const all = await loadTargets();
const targets = all.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.filter((name) => !all.some((target) => target.name === name));
if (unknown.length > 0 || targets.length === 0 || !(runs >= 1) || !Number.isInteger(seed)) {
  process.stderr.write(
    `npm run fuzz -- [target ...] --runs N --seed S; targets: ${all.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
let inputs = 0;
let failures = 0;
for (const target of targets) {
  const started = performance.now();
  const result = await fuzz(target, { runs, seed, collectGarbage });
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
