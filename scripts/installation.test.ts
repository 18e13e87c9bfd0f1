import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { isInstalled, linkNode24, node24Path, ROOT, run, systemPath } from './installation.mjs';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function checkout(lock: object, installed?: object): string {
  const root = mkdtempSync(join(tmpdir(), 'vms-install-'));
  folders.push(root);
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: lock }));
  if (installed !== undefined) {
    mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
    writeFileSync(
      join(root, 'node_modules', '.package-lock.json'),
      JSON.stringify({ packages: installed }),
    );
  }
  return root;
}

describe('isInstalled', () => {
  const lock = {
    '': { version: '0.1.0' },
    'libs/common': { version: '0.1.0' },
    'node_modules/zod': { version: '4.0.0' },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  };
  const cases: [string, object | undefined, boolean][] = [
    ['nothing installed', undefined, false],
    [
      'everything, less what is for other platforms',
      { 'node_modules/zod': { version: '4.0.0' } },
      true,
    ],
    ['another version', { 'node_modules/zod': { version: '3.9.0' } }, false],
    ['a package missing', {}, false],
    [
      'a package that the lock file no longer has',
      { 'node_modules/zod': { version: '4.0.0' }, 'node_modules/old': { version: '1.0.0' } },
      true,
    ],
  ];
  for (const [name, installed, expected] of cases) {
    it(`says ${expected} for: ${name}`, () => {
      assert.equal(isInstalled(checkout(lock, installed)), expected);
    });
  }
});

describe('linkNode24', {
  skip: process.platform !== 'linux' && 'the packages are for Linux',
}, () => {
  const target = `../node-linux-${process.arch}/bin/node`;
  function withNode(): string {
    const root = checkout({}, {});
    const bin = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(process.execPath, join(bin, 'node'));
    return root;
  }

  it('makes the link that npm 9 and 10 drop, and leaves it alone afterwards', () => {
    const root = withNode();
    linkNode24(root);
    linkNode24(root);
    assert.equal(readlinkSync(join(root, 'node_modules', '.bin', 'node')), target);
    assert.ok(node24Path(root).startsWith(root));
  });

  it('replaces a link to something else', () => {
    const root = withNode();
    symlinkSync('../elsewhere', join(root, 'node_modules', '.bin', 'node'));
    linkNode24(root);
    assert.equal(readlinkSync(join(root, 'node_modules', '.bin', 'node')), target);
  });

  it('makes no link where the package is absent', () => {
    const root = checkout({}, {});
    linkNode24(root);
    assert.throws(() => readlinkSync(join(root, 'node_modules', '.bin', 'node')), {
      code: 'ENOENT',
    });
  });
});

describe('systemPath', () => {
  it('leaves out the folders of this checkout’s packages only', () => {
    const path = [`${ROOT}/node_modules/.bin`, '/usr/bin', '/opt/node_modules/.bin'].join(':');
    assert.equal(systemPath(ROOT, path), '/usr/bin:/opt/node_modules/.bin');
  });
});

describe('run', () => {
  const cases: [string, string, number][] = [
    ['the exit code', 'process.exit(7)', 7],
    [
      '128 and the signal',
      'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)',
      143,
    ],
  ];
  for (const [name, body, expected] of cases) {
    it(`resolves with ${name}`, async () => {
      assert.equal(await run(process.execPath, ['-e', body]), expected);
    });
  }

  it('passes SIGTERM on, and stops listening for it when the program has ended', async () => {
    const listeners = process.listenerCount('SIGTERM');
    const body =
      'process.on("SIGTERM", () => process.exit(5)); process.kill(process.ppid, "SIGTERM"); setInterval(() => {}, 1000)';
    assert.equal(await run(process.execPath, ['-e', body]), 5);
    assert.equal(process.listenerCount('SIGTERM'), listeners);
  });

  it('says in words what could not be started', async () => {
    await assert.rejects(run('/no/such/program', []), /could not be started/);
  });
});
