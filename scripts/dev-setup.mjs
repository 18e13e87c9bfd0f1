/** npm run setup: everything that a developer needs, once: packages, Node 24, web client. */
import { ensureInstalled, main, node24Path, run } from './installation.mjs';
import { ensureSystemPackages } from './system-packages.mjs';
import { ensureWebBuilt } from './web-build.mjs';

await main(async () => {
  const code = await ensureSystemPackages();
  if (code !== 0) return code;
  await ensureInstalled();
  await ensureWebBuilt();
  const node = node24Path();
  console.log(`Ready. Point an editor at this Node: ${node}`);
  console.log('npm start, npm test and npm run check use it by themselves.');
  return run(node, ['--version']);
});
