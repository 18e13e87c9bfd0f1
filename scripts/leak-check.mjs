/**
 * Loaded into every test file's process: after its last test nothing may be left open. A leaked
 * socket, server, child or timer would otherwise hang the run, or hide behind --test-force-exit.
 */
import { after, beforeEach } from 'node:test';

/** How long what is closing may take to be gone. */
const GRACE_MS = 2000;
const POLL_MS = 20;
/** Resources that come and go with Node itself (file and DNS requests under way, stdio). */
const IGNORED = new Set([
  'FSReqCallback',
  'FSReqPromise',
  'FileHandleCloseReq',
  'TTYWrap',
  'CloseReq',
]);

function openResources() {
  const counts = new Map();
  for (const name of process.getActiveResourcesInfo()) {
    if (!IGNORED.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function leaksSince(baseline) {
  const leaks = [];
  for (const [name, count] of openResources()) {
    const extra = count - (baseline.get(name) ?? 0);
    if (extra > 0) leaks.push(`${name} × ${extra}`);
  }
  return leaks;
}

// Only in the children that hold a test file: not in the runner, nor in what a test forks.
if (process.env.NODE_TEST_CONTEXT !== undefined && process.argv[1]?.endsWith('.test.ts')) {
  // Streams that Node opens when they are first looked at are no leaks.
  for (const stream of [process.stdin, process.stdout, process.stderr])
    stream.once('error', () => {});
  const baseline = openResources();
  let testsRun = 0;
  beforeEach(() => {
    testsRun++;
  });
  after(async function nothingIsLeftOpen() {
    // Node 24.21 never ends a file that has this hook but no test: end it, as the failure it is.
    if (testsRun === 0) process.exit(1);
    const deadline = performance.now() + GRACE_MS;
    for (;;) {
      const leaks = leaksSince(baseline);
      if (leaks.length === 0) return;
      if (performance.now() > deadline) {
        throw new Error(`${process.argv[1]} leaves open after its last test: ${leaks.join(', ')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  });
}
