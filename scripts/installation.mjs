/**
 * What stands between a fresh clone and Node 24: the packages of the lock file, and the link
 * `node_modules/.bin/node`. Runs on any Node from 20 on, before anything is installed, so it imports
 * nothing but Node itself, and texts.
 */
import { spawn } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inLanguage } from './language.mjs';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const WANTED_MAJOR = 24;
/** Architectures for which npm carries a Node 24 (package `node-linux-<arch>`). */
const PACKAGED_ARCHITECTURES = ['x64', 'arm64'];
const FORWARDED_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** A failure that is told in one line, without a stack trace. */
export class ScriptError extends Error {}

/**
 * Whether node_modules holds what the lock file asks for. npm writes `node_modules/.package-lock.json`
 * as the last step of an installation, so an interrupted one never looks complete. Packages for other
 * platforms are optional and may be absent; one too many does no harm.
 */
export function isInstalled(root = ROOT) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (wanted === undefined) throw new ScriptError(`${root} has no package-lock.json.`);
  const present = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (present === undefined) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue;
    const installed = present[path];
    if (installed === undefined) {
      if (entry.optional !== true && entry.devOptional !== true) return false;
    } else if (installed.version !== entry.version) return false;
  }
  return true;
}

function readPackages(path) {
  if (!existsSync(path)) return undefined;
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

/** Installs what is missing, once, and makes sure that `node_modules/.bin/node` is Node 24. */
export async function ensureInstalled({ root = ROOT, say = (line) => console.error(line) } = {}) {
  if (!isInstalled(root)) {
    say(
      inLanguage(
        'Installing the packages of package-lock.json (once; about half a minute) …',
        'Instalando os pacotes do package-lock.json (uma única vez; cerca de meio minuto) …',
      ),
    );
    await npmCi(root);
  }
  linkNode24(root);
}

async function npmCi(root) {
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  // npm ci removes node_modules, the Node in it included: run it with the system's own.
  const env = { ...process.env, PATH: systemPath(root) };
  const npm = process.env.npm_execpath;
  const inherited = npm?.endsWith('npm-cli.js') === true && existsSync(npm);
  const command = inherited ? (findInPath('node', env.PATH) ?? process.execPath) : 'npm';
  const code = await run(command, inherited ? [npm, ...args] : args, {
    cwd: root,
    env,
    // The summary of npm goes to stderr, so that stdout stays with what was asked for.
    stdio: ['ignore', 2, 2],
  });
  if (code !== 0) {
    throw new ScriptError(
      inLanguage(
        `npm ci failed (exit code ${code}). Nothing was started. Its messages are above; check the network and run the command again.`,
        `O npm ci falhou (código de saída ${code}). Nada foi iniciado. As mensagens dele estão acima; verifique a rede e execute o comando de novo.`,
      ),
    );
  }
}

/** PATH without the folders that npm puts in front for packages of this checkout. */
export function systemPath(root = ROOT, path = process.env.PATH ?? '') {
  const kept = path
    .split(delimiter)
    .filter((folder) => !(folder.startsWith(root + sep) && folder.includes('node_modules')));
  return kept.join(delimiter);
}

export function findInPath(program, path = process.env.PATH ?? '') {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find((candidate) => existsSync(candidate));
}

/**
 * npm 9 and 10 drop the `.bin/node` link that two packages (x64 and arm64) both claim, and `npm run`
 * would silently use the system's Node: make it ourselves.
 */
export function linkNode24(root = ROOT) {
  const packaged = packagedNode(root);
  if (packaged === undefined) return;
  const link = join(root, 'node_modules', '.bin', 'node');
  const target = join('..', `node-linux-${process.arch}`, 'bin', 'node');
  try {
    if (readlinkSync(link) === target) return;
  } catch {
    // Absent, or not a link.
  }
  mkdirSync(dirname(link), { recursive: true });
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link);
  symlinkSync(target, link);
}

function packagedNode(root) {
  if (process.platform !== 'linux' || !PACKAGED_ARCHITECTURES.includes(process.arch)) {
    return undefined;
  }
  const path = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  return existsSync(path) ? path : undefined;
}

/** Path of a Node 24 or newer: the packaged one, else the one that runs this. */
export function node24Path(root = ROOT) {
  const packaged = packagedNode(root);
  if (packaged !== undefined) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= WANTED_MAJOR) return process.execPath;
  throw new ScriptError(
    inLanguage(
      `Node ${WANTED_MAJOR} is needed, this is ${process.version} on ${process.platform} ${process.arch}, for which no package brings it. Install Node ${WANTED_MAJOR} and run the command again.`,
      `É preciso o Node ${WANTED_MAJOR}; este é o ${process.version} em ${process.platform} ${process.arch}, para o qual nenhum pacote o traz. Instale o Node ${WANTED_MAJOR} e execute o comando de novo.`,
    ),
  );
}

/** Environment in which `node` and the packages' programs are those of this checkout. */
export function node24Environment(root = ROOT) {
  const bin = join(root, 'node_modules', '.bin');
  const path = [bin, ...(process.env.PATH ?? '').split(delimiter).filter((each) => each !== bin)];
  return { ...process.env, PATH: path.join(delimiter) };
}

/**
 * Runs a program, passes SIGTERM, SIGINT and SIGHUP on to it, and resolves with its exit code
 * (128 + the signal's number where a signal ended it).
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const forward = (signal) => child.kill(signal);
    for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
    const done = () => {
      for (const signal of FORWARDED_SIGNALS) process.off(signal, forward);
    };
    child.once('error', (error) => {
      done();
      const english = `${command} could not be started: ${error.message}.`;
      const portuguese = `${command} não pôde ser iniciado: ${error.message}.`;
      reject(new ScriptError(inLanguage(english, portuguese)));
    });
    child.once('exit', (code, signal) => {
      done();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** Runs a script on Node 24 in the checkout and resolves with its exit code. */
export function runOnNode24(args, { root = ROOT, ...options } = {}) {
  return run(node24Path(root), args, { cwd: root, env: node24Environment(root), ...options });
}

/** Runs `body`, whose result is the exit code; a ScriptError becomes one line and exit code 1. */
export async function main(body) {
  try {
    process.exitCode = (await body(process.argv.slice(2))) ?? 0;
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
