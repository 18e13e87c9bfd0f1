/**
 * npm run check: types, format and lint, directions of imports, dead code, Protocol Buffers. Each
 * tool must also say how much it looked at: one that saw nothing has failed (a tool of another
 * TypeScript version reports "no violations" of 0 modules).
 * `npm run check -- types lint` runs only those.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, main, node24Environment, node24Path, ROOT } from './installation.mjs';

/** Source files over this many lines are split on a natural seam. */
const MAX_SOURCE_LINES = 400;
const SOURCE_FOLDERS = ['libs', 'services', 'apps', 'scripts', 'test', 'bench'];
const CONCURRENT_CHECKS = 2;
const PROTO = 'libs/proto';

/** Name of a check and what it does: resolves with `{ ok, looked, output }`, `looked` counts files. */
export const CHECKS = {
  types: () => typescript('tsconfig.json'),
  'web types': () => typescript('apps/web/tsconfig.json'),
  lint: biome,
  directions: dependencyCruiser,
  'dead code': knip,
  'file length': fileLength,
  proto: bufLint,
  'generated code': generatedCode,
};

async function typescript(project) {
  if (!existsSync(join(ROOT, project))) return { ok: false, looked: 0, output: `No ${project}.` };
  const result = await tool('typescript7/bin/tsc', ['-p', project, '--listFiles']);
  const [files, messages] = partition(
    result.output.split('\n'),
    (line) => line.startsWith('/') && !/: error TS\d+/.test(line),
  );
  const ours = files.filter((file) => !file.includes('/node_modules/'));
  return { ok: result.ok, looked: ours.length, output: messages.join('\n') };
}

async function biome() {
  const result = await tool('@biomejs/biome/bin/biome', ['ci', '--colors=off', '.']);
  const looked = Number(/Checked (\d+) files?/.exec(result.output)?.[1] ?? 0);
  return { ...result, looked };
}

async function dependencyCruiser() {
  const folders = SOURCE_FOLDERS.filter((folder) => existsSync(join(ROOT, folder)));
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
  const result = await tool('dependency-cruiser/bin/dependency-cruiser.mjs', args);
  let report;
  try {
    report = JSON.parse(result.stdout);
  } catch {
    return { ok: false, looked: 0, output: result.output };
  }
  const { violations, totalCruised } = report.summary;
  const broken = violations.filter((each) => each.rule.severity === 'error');
  const typescriptModules = report.modules.filter((each) => each.source.endsWith('.ts'));
  return {
    ok: broken.length === 0 && typescriptModules.length > 0 && totalCruised > 0,
    looked: typescriptModules.length,
    output: broken.map((each) => `${each.rule.name}: ${each.from} → ${each.to}`).join('\n'),
  };
}

async function knip() {
  const args = ['--no-progress', '--reporter', 'symbols', '--reporter', './scripts/knip-count.mjs'];
  const result = await tool('knip/bin/knip.js', args);
  const looked = Number(/knip looked at (\d+) files/.exec(result.output)?.[1] ?? 0);
  return { ...result, looked };
}

function fileLength() {
  let looked = 0;
  const long = [];
  for (const folder of SOURCE_FOLDERS) {
    for (const path of sourcesUnder(join(ROOT, folder))) {
      looked++;
      const lines = readFileSync(path, 'utf8').split('\n').length - 1;
      if (lines > MAX_SOURCE_LINES) long.push(`${relative(ROOT, path)}: ${lines} lines`);
    }
  }
  const output = [`More than ${MAX_SOURCE_LINES} lines; split on a natural seam:`, ...long];
  return { ok: long.length === 0, looked, output: output.join('\n') };
}

function* sourcesUnder(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', 'gen', 'fixtures'].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourcesUnder(path);
    else if (/\.(ts|tsx|mjs)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)) yield path;
  }
}

async function bufLint() {
  const cwd = join(ROOT, PROTO);
  const looked = protoFiles(cwd).length;
  return { ...(await tool('@bufbuild/buf/bin/buf', ['lint'], { cwd })), looked };
}

/** Generates into a temporary folder and compares with what is committed. */
async function generatedCode() {
  const cwd = join(ROOT, PROTO);
  const out = mkdtempSync(join(tmpdir(), 'vms-gen-'));
  try {
    const result = await tool('@bufbuild/buf/bin/buf', ['generate', '-o', out], { cwd });
    if (!result.ok) return { ...result, looked: 0 };
    const made = filesOf(join(out, 'gen'));
    const kept = filesOf(join(cwd, 'gen'));
    const names = new Set([...made.keys(), ...kept.keys()]);
    const stale = [...names].filter((name) => made.get(name) !== kept.get(name));
    const output = `Not what buf generates from ${PROTO} (cd ${PROTO} && npx buf generate): ${stale.join(', ')}`;
    return { ok: stale.length === 0, looked: made.size, output };
  } finally {
    rmSync(out, { recursive: true });
  }
}

function filesOf(folder) {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true }) : [];
  return new Map(
    names
      .filter((name) => /\.(js|ts)$/.test(name))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

function protoFiles(folder) {
  return readdirSync(folder, { recursive: true }).filter(
    (name) => name.endsWith('.proto') && !name.includes('node_modules'),
  );
}

/** Runs a package's program on Node 24 and keeps what it says. */
function tool(program, args, { cwd = ROOT } = {}) {
  return new Promise((resolve) => {
    const script = join(ROOT, 'node_modules', program);
    const child = spawn(node24Path(), [script, ...args], {
      cwd,
      env: { ...node24Environment(), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.once('error', (error) => resolve({ ok: false, stdout, output: error.message }));
    child.once('close', (code) => resolve({ ok: code === 0, stdout, output: stdout + stderr }));
  });
}

function partition(items, belongs) {
  const yes = [];
  const no = [];
  for (const item of items) (belongs(item) ? yes : no).push(item);
  return [yes, no];
}

/** Runs the checks and prints a line each; resolves with the names of those that failed. */
export async function runChecks(checks, say = (line) => console.log(line)) {
  const failed = [];
  const waiting = Object.entries(checks);
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, check] = next;
      const startedAt = performance.now();
      const { ok, looked, output } = await check();
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      const passed = ok && looked > 0;
      const verdict = passed ? 'ok' : 'FAILED';
      say(`${name.padEnd(16)} ${verdict.padEnd(7)} ${looked} files, ${seconds} s`);
      if (passed) continue;
      failed.push(name);
      if (!ok && output.trim() !== '') say(output.trim());
      if (looked === 0) say(`${name} looked at nothing, which is a failure.`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_CHECKS }, worker));
  return failed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async (names) => {
    await ensureInstalled();
    const unknown = names.filter((name) => CHECKS[name] === undefined);
    if (unknown.length > 0) {
      console.error(`Unknown: ${unknown.join(', ')}. Checks: ${Object.keys(CHECKS).join(', ')}.`);
      return 2;
    }
    const chosen = Object.entries(CHECKS).filter(
      ([name]) => names.length === 0 || names.includes(name),
    );
    const failed = await runChecks(Object.fromEntries(chosen));
    if (failed.length === 0) return 0;
    console.log(`Failed: ${failed.join(', ')}.`);
    return 1;
  });
}
