/**
 * Loaded into every test file's process. After its last test nothing may be left: no socket, server,
 * child or timer that would hang the run, and no file in the folder for temporary files. A file has a
 * folder of its own for them, which goes with it.
 */
import { AsyncResource } from 'node:async_hooks';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach } from 'node:test';

/** How long what is closing may take to be gone. */
const GRACE_MS = 2000;
const POLL_MS = 20;
/** Looks in a row that find no report of a file on its way to the runner, before its process is ended. */
const QUIET_LOOKS = 50;
/** Resources that come and go with Node itself (file and DNS requests under way, stdio). */
const IGNORED = new Set([
  'FSReqCallback',
  'FSReqPromise',
  'FileHandleCloseReq',
  'TTYWrap',
  'CloseReq',
]);
/**
 * Left by Chromium and what it loads, whoever starts it; and the run directory of a system, which it
 * keeps: a lock file that went with its holder would let two in.
 */
const IGNORED_FILES =
  /^(\.?org\.chromium\.|playwright|pulse-|dconf|lighthouse\.|vms-\d+-[0-9a-f]{12}$)/;

function openResources() {
  const counts = new Map();
  for (const name of process.getActiveResourcesInfo()) {
    if (!IGNORED.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/**
 * What holds a file's process without being seen, as the WebRTC library does for minutes, does not
 * hold the run. (`forceExit` of the runner would end a process with reports still under way.) Looks
 * are counted, not time: where the machine is busy, the reports get their turn between them.
 */
function endSoon() {
  const { stdout } = process;
  const { write } = stdout;
  let quiet = 0;
  stdout.write = (...args) => {
    quiet = 0;
    return write.apply(stdout, args);
  };
  setInterval(() => {
    quiet = stdout.writableLength === 0 ? quiet + 1 : 0;
    if (quiet >= QUIET_LOOKS) process.exit();
  }, POLL_MS).unref();
}

function leaksSince(baseline, folder) {
  const leaks = [];
  for (const [name, count] of openResources()) {
    const extra = count - (baseline.get(name) ?? 0);
    if (extra > 0) leaks.push(`${name} × ${extra}`);
  }
  for (const name of readdirSync(folder)) {
    if (!IGNORED_FILES.test(name)) leaks.push(`the temporary file ${name}`);
  }
  return leaks;
}

// Only in the children that hold a test file: not in the runner, nor in what a test forks.
if (process.env.NODE_TEST_CONTEXT !== undefined && process.argv[1]?.endsWith('.test.ts')) {
  const folder = mkdtempSync(join(tmpdir(), 'test-'));
  process.env.TMPDIR = folder;
  // Systems that a test starts have their sockets there, too.
  process.env.VMS_RUN_DIR = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  // Streams that Node opens when they are first looked at are no leaks.
  for (const stream of [process.stdin, process.stdout, process.stderr])
    stream.once('error', () => {});
  const baseline = openResources();

  async function nothingIsLeft() {
    const deadline = performance.now() + GRACE_MS;
    for (;;) {
      const leaks = leaksSince(baseline, folder);
      if (leaks.length === 0) return endSoon();
      if (performance.now() > deadline) {
        endSoon();
        throw new Error(`${process.argv[1]} leaves after its last test: ${leaks.join(', ')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  // Hooks run in the order of their registration: this one is to come after those of the file itself,
  // which have all been registered when its first test begins.
  const atRoot = AsyncResource.bind(() => after(nothingIsLeft));
  let testsRun = 0;
  beforeEach(() => {
    if (testsRun++ === 0) atRoot();
  });
  after(() => {
    // Node 24.21 never ends a file that has this hook but no test: end it, as the failure it is.
    if (testsRun === 0) process.exit(1);
  });
}
