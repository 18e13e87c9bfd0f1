/**
 * npm test: installs what the tests need (packages of npm, and of the system where this is root on
 * Debian or Ubuntu), builds the web client, then runs every test on Node 24.
 * `npm test -- libs/bus` runs the tests under a path.
 */
import { ensureInstalled, main, runOnNode24 } from './installation.mjs';
import { ensureSystemPackages } from './system-packages.mjs';
import { ensureWebBuilt } from './web-build.mjs';

await main(async (args) => {
  const code = await ensureSystemPackages();
  if (code !== 0) return code;
  await ensureInstalled();
  await ensureWebBuilt();
  return runOnNode24(['--disable-warning=ExperimentalWarning', 'scripts/run-tests.mjs', ...args]);
});
