import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { ROOT } from './installation.mjs';

const execute = promisify(execFile);

/** Runs the runner over one test file with the given text. */
async function runnerOver(folder: string, text: string): Promise<{ code: number; output: string }> {
  writeFileSync(join(folder, 'one.test.ts'), text);
  const env = { ...process.env };
  // Set in this process because it is itself a test file.
  delete env.NODE_TEST_CONTEXT;
  const args = [join(ROOT, 'scripts', 'run-tests.mjs'), relative(ROOT, folder)];
  try {
    const { stdout, stderr } = await execute(process.execPath, args, { cwd: ROOT, env });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const failure = error as { code: number; stdout: string; stderr: string };
    return { code: failure.code, output: failure.stdout + failure.stderr };
  }
}

describe('the test runner', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(ROOT, 'test-results-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const passes = "import { test } from 'node:test'; test('passes', () => {});";
  const cases: [string, string, number, RegExp][] = [
    ['passes a test', passes, 0, /ℹ tests 1[\s\S]*ℹ pass 1/],
    ['fails a failing test', passes.replace('{}', '{ throw new Error("no"); }'), 1, /ℹ fail 1/],
    ['fails a file without tests', 'export {};', 1, /No test ran in .*one\.test\.ts/],
    ['fails a file that does not load', 'import "./absent.ts";', 1, /Cannot find module/],
    [
      'fails a file that leaves a server open, and does not hang',
      `import { createServer } from 'node:net'; import { test } from 'node:test';
       test('leaks', () => new Promise((resolve) => { createServer().listen(0, () => resolve()); }));`,
      1,
      /one\.test\.ts leaves after its last test: TCPServerWrap × 1/,
    ],
    [
      'fails a file that leaves a temporary file, and removes it',
      `import { writeFileSync } from 'node:fs'; import { tmpdir } from 'node:os';
       import { test } from 'node:test';
       test('leaks', () => { writeFileSync(tmpdir() + '/left', ''); console.log('in ' + tmpdir()); });`,
      1,
      /one\.test\.ts leaves after its last test: the temporary file left/,
    ],
    [
      'lets a file remove its own in a last hook of its own',
      `import { rmSync, writeFileSync } from 'node:fs'; import { tmpdir } from 'node:os';
       import { after, test } from 'node:test';
       const file = tmpdir() + '/gone'; writeFileSync(file, '');
       after(async () => { await new Promise((done) => setTimeout(done, 50)); rmSync(file); });
       test('uses it', () => {});`,
      0,
      /ℹ pass 1/,
    ],
    [
      'counts every test of a file that reports many at once',
      "import { test } from 'node:test'; for (let i = 0; i < 2000; i++) test('t' + i, () => {});",
      0,
      /ℹ tests 2000[\s\S]*ℹ pass 2000/,
    ],
  ];
  for (const [name, text, code, said] of cases) {
    it(name, async () => {
      const result = await runnerOver(folder, text);
      assert.match(result.output, said);
      assert.equal(result.code, code);
    });
  }

  it('fails where it finds no test file', async () => {
    const args = [join(ROOT, 'scripts', 'run-tests.mjs'), 'docs'];
    await assert.rejects(execute(process.execPath, args, { cwd: ROOT }), /No test file was found/);
  });
});
