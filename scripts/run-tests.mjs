/** Runs every `*.test.ts` of the checkout (or those under the paths given) and prints the summary last. */
import { existsSync, globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { ROOT } from './installation.mjs';

const MAX_CONCURRENCY = 2;
/** A test file that takes longer has hung. */
const FILE_TIMEOUT_MS = 10 * 60_000;
const FOLDERS = ['libs', 'services', 'apps', 'scripts', 'test', 'bench'];

// What programs say is compared with English: ours, and those of the system that tests run.
process.env.LC_ALL = 'C.UTF-8';
delete process.env.VMS_LANG;

const paths = process.argv.slice(2);
const unknown = paths.filter((path) => !existsSync(join(ROOT, path)));
const files = globSync(
  (paths.length > 0 ? paths : FOLDERS).flatMap((path) =>
    path.endsWith('.test.ts') ? [path] : [`${path}/**/*.test.ts`],
  ),
  { cwd: ROOT, exclude: (name) => name === 'node_modules' || name === 'dist' },
)
  .map((file) => join(ROOT, file))
  .sort();
if (unknown.length > 0 || files.length === 0) {
  console.error(
    unknown.length > 0 ? `There is no ${unknown.join(', ')}.` : 'No test file was found.',
  );
  process.exit(1);
}

const empty = new Set(files);
let counts;
const events = run({
  files,
  concurrency: Math.min(MAX_CONCURRENCY, availableParallelism()),
  timeout: FILE_TIMEOUT_MS,
  forceExit: true,
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
process.on('exit', () => {
  // A file that holds no test, or that died before it could say so, is a failure of its own.
  if (empty.size === 0 && counts !== undefined) return;
  process.exitCode = 1;
  for (const file of empty) console.error(`No test ran in ${relative(ROOT, file)}.`);
});
