/**
 * Loaded into every test file's process: after its last test nothing may be left open. A leaked
 * socket, server, child or timer would otherwise hang the run, or hide behind --test-force-exit.
 */
import { after } from 'node:test';

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

// Only in the children that hold a test file, not in the runner.
if (process.env.NODE_TEST_CONTEXT !== undefined) {
  const baseline = openResources();
  after(async function nothingIsLeftOpen() {
    const deadline = performance.now() + GRACE_MS;
    for (;;) {
      // This hook's own timer below is not alive while it looks.
      const leaks = leaksSince(baseline);
      if (leaks.length === 0) return;
      if (performance.now() > deadline) {
        throw new Error(`${process.argv[1]} leaves open after its last test: ${leaks.join(', ')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  });
}
