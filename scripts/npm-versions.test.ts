import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { findInPath, ROOT, systemPath } from './installation.mjs';

const execute = promisify(execFile);
const NPM_VERSIONS = ['9', '10', '11'];
const INSTALL_TIMEOUT_MS = 4 * 60_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Output of a program; its messages are in the error where it fails. */
async function output(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv) {
  const options = { cwd, env, maxBuffer: MAX_OUTPUT_BYTES, timeout: INSTALL_TIMEOUT_MS };
  const { stdout } = await execute(command, args, options);
  return stdout.trim();
}

describe('installation', {
  skip: process.platform !== 'linux' && 'Node 24 comes by npm on Linux',
}, () => {
  let folder: string;
  /** As a newcomer's shell has it: no Node of this checkout, nothing of the npm that runs the tests. */
  let env: NodeJS.ProcessEnv;
  let systemNode: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vms-npm-'));
    const inherited = Object.entries(process.env).filter(
      ([key]) => !/^(npm_|NODE_TEST|INIT_CWD|NODE$)/i.test(key) || key === 'npm_config_registry',
    );
    env = { ...Object.fromEntries(inherited), PATH: systemPath(ROOT) };
    systemNode = findInPath('node', env.PATH) ?? process.execPath;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What npm reads: the manifests and the lock file, as they stand here. */
  async function copyManifests(copy: string): Promise<void> {
    const manifests = ['package.json', '*/package.json', '.npmrc', 'package-lock.json'];
    const listed = await output('git', ['ls-files', '-z', ...manifests], ROOT, env);
    for (const file of listed.split('\0').filter((each) => each !== '')) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      cpSync(join(ROOT, file), join(copy, file));
    }
  }

  /** Leaves only the packages that bring Node 24: all others would cost a minute, and change nothing here. */
  function leaveNodeOnly(copy: string): void {
    const read = (file: string) => JSON.parse(readFileSync(join(copy, file), 'utf8'));
    const { name, version, optionalDependencies } = read('package.json');
    const manifest = { name, version, optionalDependencies };
    const scripts = {
      first: 'exec node scripts/node24.mjs -p process.version',
      later: 'exec node -p process.version',
    };
    writeFileSync(join(copy, 'package.json'), JSON.stringify({ ...manifest, scripts }));
    const lock = read('package-lock.json');
    const kept = Object.keys(optionalDependencies).map((each) => `node_modules/${each}`);
    lock.packages = Object.fromEntries([
      ['', manifest],
      ...kept.map((path) => [path, lock.packages[path]]),
    ]);
    writeFileSync(join(copy, 'package-lock.json'), JSON.stringify(lock));
    cpSync(join(ROOT, 'scripts'), join(copy, 'scripts'), { recursive: true });
  }

  for (const version of NPM_VERSIONS) {
    it(`npm ${version} installs at the first run, which goes on with Node 24, as do the later ones`, {
      timeout: INSTALL_TIMEOUT_MS,
    }, async () => {
      const tools = join(folder, `npm-${version}`);
      mkdirSync(tools);
      const npm = findInPath('npm', env.PATH) ?? 'npm';
      await output(
        npm,
        ['install', '--prefix', tools, '--no-audit', '--no-fund', `npm@${version}`],
        tools,
        env,
      );
      const cli = join(tools, 'node_modules', 'npm', 'bin', 'npm-cli.js');
      assert.match(
        await output(systemNode, [cli, '--version'], tools, env),
        new RegExp(`^${version}\\.`),
      );

      const copy = join(folder, `checkout-${version}`);
      await copyManifests(copy);
      // Fails where the lock file is not that of the manifests, as this npm reads them.
      await output(systemNode, [cli, 'ci', '--dry-run'], copy, env);

      leaveNodeOnly(copy);
      const first = await output(systemNode, [cli, 'run', '--silent', 'first'], copy, env);
      assert.match(first, /^v24\./);
      const later = await output(systemNode, [cli, 'run', '--silent', 'later'], copy, env);
      assert.match(later, /^v24\./);
      rmSync(copy, { recursive: true });
    });
  }
});
