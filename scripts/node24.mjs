/** Runs its arguments on Node 24: `node scripts/node24.mjs <script> <arguments…>`. Installs first if needed. */
import { ensureInstalled, main, runOnNode24 } from './installation.mjs';

await main(async (args) => {
  await ensureInstalled();
  return runOnNode24(['--disable-warning=ExperimentalWarning', ...args]);
});
