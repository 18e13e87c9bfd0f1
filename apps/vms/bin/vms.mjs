#!/usr/bin/env node
/** `vms`: hands its arguments to main.ts on Node 24, whatever Node runs this. Plain JavaScript. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = dirname(dirname(fileURLToPath(import.meta.url)));
const checkout = dirname(dirname(app));
const scripts = join(checkout, 'scripts');
if (existsSync(join(checkout, 'node_modules', '.package-lock.json'))) {
  const { main, run, node24Path } = await import(join(scripts, 'installation.mjs'));
  await main((args) =>
    run(node24Path(), ['--disable-warning=ExperimentalWarning', join(app, 'main.ts'), ...args]),
  );
} else {
  const { inLanguage } = await import(join(scripts, 'language.mjs'));
  console.error(
    inLanguage(
      `Nothing is installed yet. Run npm run build in ${checkout} first.`,
      `Nada está instalado ainda. Execute npm run build em ${checkout} antes.`,
    ),
  );
  process.exitCode = 1;
}
