#!/usr/bin/env node
/** `vms`: hands its arguments to main.ts on Node 24, whatever Node runs this. Plain JavaScript. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = dirname(dirname(fileURLToPath(import.meta.url)));
const installation = join(app, '..', '..', 'scripts', 'installation.mjs');
if (existsSync(join(app, '..', '..', 'node_modules', '.package-lock.json'))) {
  const { main, run, node24Path } = await import(installation);
  await main((args) =>
    run(node24Path(), ['--disable-warning=ExperimentalWarning', join(app, 'main.ts'), ...args]),
  );
} else {
  console.error('The packages are not installed yet. Run npm ci in the checkout first.');
  process.exitCode = 1;
}
