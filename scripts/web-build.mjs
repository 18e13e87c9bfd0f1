/** Builds the web client when its sources, or the packages it is built with, have changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { ROOT, runOnNode24, ScriptError } from './installation.mjs';
import { inLanguage } from './language.mjs';

const WEB = join('apps', 'web');
/** Hidden, so that the gateway never serves it. */
const STAMP = '.build-hash';
const NOT_SOURCES = new Set(['node_modules', 'dist', '.git']);
const COMPRESSED_KINDS = new Set(['.js', '.css', '.html', '.svg', '.json', '.webmanifest']);
/** Smaller files gain nothing from compression. */
const MIN_COMPRESSED_BYTES = 1024;

/** Hash of everything that goes into the web client. */
export function webSourcesHash(root = ROOT) {
  const hash = createHash('sha256');
  // libs/common is what the web client shares with the services.
  const folders = [join(root, WEB), join(root, 'libs', 'common')];
  const files = folders.flatMap((folder) => [...filesUnder(folder)]).sort();
  for (const path of [...files, join(root, 'package-lock.json')]) {
    const bytes = readFileSync(path);
    hash.update(`${relative(root, path)}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

function* filesUnder(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (NOT_SOURCES.has(entry.name) || entry.name.endsWith('.test.ts')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (entry.isFile()) yield path;
  }
}

/** Whether apps/web/dist was made from the sources as they are. */
export function isWebFresh(root = ROOT) {
  const stamp = join(root, WEB, 'dist', STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === webSourcesHash(root);
}

/** Builds apps/web/dist if it is stale. Its stamp is written last: an interrupted build is stale. */
export async function ensureWebBuilt({ root = ROOT, say = (line) => console.error(line) } = {}) {
  if (isWebFresh(root)) return;
  const hash = webSourcesHash(root);
  const dist = join(root, WEB, 'dist');
  say(inLanguage('Building the web client …', 'Compilando o cliente web …'));
  rmSync(join(dist, STAMP), { force: true });
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const code = await runOnNode24([vite, 'build', '--logLevel', 'error'], {
    root,
    cwd: join(root, WEB),
    stdio: ['ignore', 2, 2],
  });
  if (code !== 0) {
    throw new ScriptError(
      inLanguage(
        `Building the web client failed (exit code ${code}); the reason is above. Nothing was started.`,
        `A compilação do cliente web falhou (código de saída ${code}); o motivo está acima. Nada foi iniciado.`,
      ),
    );
  }
  compress(dist);
  writeFileSync(join(dist, STAMP), hash);
}

/** Writes `<file>.br` and `<file>.gz` once, so that the gateway compresses nothing while it serves. */
function compress(dist) {
  for (const path of filesUnder(dist)) {
    if (!COMPRESSED_KINDS.has(extname(path))) continue;
    const bytes = readFileSync(path);
    if (bytes.length < MIN_COMPRESSED_BYTES) continue;
    writeFileSync(
      `${path}.br`,
      brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    );
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}
