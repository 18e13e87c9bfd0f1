import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ensureSystemPackages,
  MISSING_PACKAGES_EXIT_CODE,
  missingPackages,
  TEST_PACKAGES,
} from './system-packages.mjs';

function recorder(missing: () => string[], isRoot: boolean, hasApt = true) {
  const said: string[] = [];
  const executed: string[] = [];
  return {
    said,
    executed,
    options: {
      missing,
      isRoot,
      hasApt,
      say: (line: string) => said.push(line),
      execute: async (command: string, args: string[]) => {
        executed.push([command, ...args].join(' '));
        return 0;
      },
    },
  };
}

describe('ensureSystemPackages', () => {
  it('runs nothing where nothing is missing', async () => {
    const { options, executed, said } = recorder(() => [], true);
    assert.equal(await ensureSystemPackages(options), 0);
    assert.deepEqual([executed, said], [[], []]);
  });

  it('exits 2 with the apt line, and runs nothing, where it is not root', async () => {
    const { options, executed, said } = recorder(() => ['ffmpeg', 'chromium'], false);
    assert.equal(await ensureSystemPackages(options), 2);
    assert.deepEqual(executed, []);
    assert.equal(said.at(-1), '  sudo apt-get install -y --no-install-recommends ffmpeg chromium');
  });

  it('exits 2 on a system without apt, root or not', async () => {
    const { options, executed } = recorder(() => ['ffmpeg'], true, false);
    assert.equal(await ensureSystemPackages(options), MISSING_PACKAGES_EXIT_CODE);
    assert.deepEqual(executed, []);
  });

  it('installs as root, and looks again', async () => {
    const answers = [['ffmpeg'], []];
    const { options, executed } = recorder(() => answers.shift() ?? [], true);
    assert.equal(await ensureSystemPackages(options), 0);
    assert.deepEqual(executed, [
      'apt-get update -q',
      'apt-get install -y --no-install-recommends ffmpeg',
    ]);
  });

  it('exits 2 where apt did not bring them', async () => {
    const { options } = recorder(() => ['ffmpeg'], true);
    assert.equal(await ensureSystemPackages(options), MISSING_PACKAGES_EXIT_CODE);
  });
});

describe('missingPackages', () => {
  it('finds all of them on the machine that runs this, which could not run it otherwise', () => {
    assert.deepEqual(missingPackages(), []);
  });

  it('names what is absent: programs, any of several, libraries', () => {
    const packages = [
      { name: 'a', programs: ['no-such-program-a'] },
      { name: 'b', programs: ['no-such-program-b', 'sh'] },
      { name: 'c', libraries: ['no-such-library.so'] },
    ];
    assert.deepEqual(missingPackages(packages), ['a', 'c']);
    assert.ok(TEST_PACKAGES.length > 10);
  });
});
