import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');
const README = join(ROOT, 'docs', 'architecture', 'README.md');
const text = readFileSync(README, 'utf8');

/** Folders that are workspaces, as `libs/media`. */
function workspaces(): string[] {
  return ['libs', 'services', 'apps'].flatMap((parent) =>
    readdirSync(join(ROOT, parent))
      .filter((name) => existsSync(join(ROOT, parent, name, 'package.json')))
      .map((name) => `${parent}/${name}`),
  );
}

describe('the drawing of the architecture', () => {
  it('names every workspace, and none that is not there', () => {
    const named = [...text.matchAll(/^\| \[((?:libs|services|apps)\/[a-z-]+)\]/gm)].map(
      ([, name]) => name,
    );
    assert.ok(named.length > 0);
    assert.deepEqual(named.toSorted(), workspaces().toSorted());
  });

  it('shows every service of the launcher in the picture', () => {
    const picture = text.split('```')[1] ?? '';
    for (const service of readdirSync(join(ROOT, 'services'))) {
      assert.ok(picture.includes(service), `${service} is not drawn`);
    }
  });

  it('links only to what exists', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link ?? '');
    assert.ok(links.length > 0);
    for (const link of links) assert.ok(existsSync(join(dirname(README), link)), link);
  });

  it('has the same front page in every service', () => {
    for (const service of readdirSync(join(ROOT, 'services'))) {
      for (const file of ['service.ts', 'config.ts', 'README.md']) {
        assert.ok(existsSync(join(ROOT, 'services', service, file)), `${service}/${file}`);
      }
    }
  });
});
