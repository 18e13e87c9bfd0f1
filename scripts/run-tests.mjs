/** Runs every `*.test.ts` of the checkout (or those under the paths given) and prints the summary last. */
import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { ROOT } from './installation.mjs';

/** More at once, and the tests that play video in a browser wait for the processor longer than they may. */
const MAX_CONCURRENCY = 3;
/**
 * Files that take longest, which begin first so that none of them is alone at the end; those that keep
 * the processor busy with a browser between those that mostly wait.
 */
const LONGEST = [
  'apps/web/testing/every-page',
  'test/e2e/command-line',
  'apps/web/testing/page',
  'test/fault/faults',
  'test/e2e/bad-input/cameras',
  'apps/web/testing/watching',
  'test/fault/hung-volume',
  'test/e2e/record-and-play',
  'apps/web/testing/player',
  'test/e2e/live',
  'scripts/npm-versions',
  'apps/web/testing/lighthouse',
  'test/e2e/camera-import',
  'test/e2e/first-minutes',
  'services/storage/service',
  'test/e2e/start',
].map((name) => join(ROOT, `${name}.test.ts`));
/** A test file that takes longer has hung. */
const FILE_TIMEOUT_MS = 10 * 60_000;
const FOLDERS = ['libs', 'services', 'apps', 'scripts', 'test', 'bench'];

// What programs say is compared with English: ours, and those of the system that tests run.
process.env.LC_ALL = 'C.UTF-8';
delete process.env.VMS_LANG;

// Nearly every file starts processes, which would compile the same modules again and again.
process.env.NODE_COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'node');

/** Place in {@link LONGEST}, or behind all of them. */
function orderOf(file) {
  const place = LONGEST.indexOf(file);
  return place === -1 ? LONGEST.length : place;
}

const paths = process.argv.slice(2);
const unknown = paths.filter((path) => !existsSync(join(ROOT, path)));
const files = globSync(
  (paths.length > 0 ? paths : FOLDERS).flatMap((path) =>
    path.endsWith('.test.ts') ? [path] : [`${path}/**/*.test.ts`],
  ),
  { cwd: ROOT, exclude: (name) => name === 'node_modules' || name === 'dist' },
)
  .map((file) => join(ROOT, file))
  .sort((a, b) => orderOf(a) - orderOf(b) || (a < b ? -1 : 1));
if (unknown.length > 0 || files.length === 0) {
  console.error(
    unknown.length > 0 ? `There is no ${unknown.join(', ')}.` : 'No test file was found.',
  );
  process.exit(1);
}

// One folder for the temporary files of all; what is killed with its test cannot remove its own.
const temporary = mkdtempSync(join(tmpdir(), 'vms-tests-'));
process.env.TMPDIR = temporary;
const empty = new Set(files);
let counts;
const events = run({
  files,
  // Most files wait for longer than they compute.
  concurrency: Math.min(MAX_CONCURRENCY, availableParallelism() + 1),
  timeout: FILE_TIMEOUT_MS,
  execArgv: [
    '--disable-warning=ExperimentalWarning',
    '--import',
    join(import.meta.dirname, 'leak-check.mjs'),
  ],
});
events.on('test:summary', (summary) => {
  if (summary.file === undefined) counts = summary;
});
for (const event of ['test:pass', 'test:fail']) {
  // Node reports the file itself, too, under its path; and what leak-check.mjs finds, under its own.
  events.on(event, ({ file, name, details }) => {
    if (name !== file && details?.type !== 'suite') empty.delete(file);
  });
}
events.compose(new spec()).pipe(process.stdout);
events.on('end', () => {
  process.exitCode = counts?.success === true && counts.counts.tests > 0 ? 0 : 1;
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
process.on('exit', () => {
  rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  // A file that holds no test, or that died before it could say so, is a failure of its own.
  if (empty.size === 0 && counts !== undefined) return;
  process.exitCode = 1;
  for (const file of empty) console.error(`No test ran in ${relative(ROOT, file)}.`);
});
