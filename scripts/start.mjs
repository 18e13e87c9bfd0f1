/** npm start: installs and builds what is missing, then runs the embedded system with a demo camera. */
import { ensureInstalled, main, runOnNode24 } from './installation.mjs';
import { ensureWebBuilt } from './web-build.mjs';

await main(async (args) => {
  await ensureInstalled();
  await ensureWebBuilt();
  return runOnNode24([
    '--disable-warning=ExperimentalWarning',
    'apps/vms/main.ts',
    'start',
    '--demo',
    ...args,
  ]);
});
