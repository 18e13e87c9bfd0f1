import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');
/** What users read, in English and in Brazilian Portuguese. */
const PAIRS = [
  ['README.md', 'README.pt-BR.md'],
  ['docs/production.md', 'docs/production.pt-BR.md'],
  ['docs/user-guide/en.md', 'docs/user-guide/pt-BR.md'],
] as const;

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Blocks of code, without their comments and the names that are translated in them. */
function codeOf(document: string): string[] {
  const blocks = document.matchAll(/^```(?:sh|yaml|nginx|caddy)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, code = '']) =>
    code
      .replaceAll(/[ \t]+#.*$/gm, '')
      .replaceAll(/<[^>\n]+>/g, '<…>')
      .replaceAll(/"[^"$\n]+"/g, '"…"')
      .trimEnd(),
  );
}

/** Files that a document points to, and the parts of them. */
function linksOf(document: string): string[] {
  return [...document.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^https?:/.test(link));
}

describe('documents in two languages', () => {
  for (const [english, portuguese] of PAIRS) {
    it(`give the same commands and settings: ${english}`, () => {
      const code = codeOf(read(english));
      assert.ok(code.length > 0);
      assert.deepEqual(codeOf(read(portuguese)), code);
    });

    it(`have as many parts: ${english}`, () => {
      const levels = (file: string): string[] => read(file).match(/^#+ /gm) ?? [];
      assert.deepEqual(levels(portuguese), levels(english));
    });
  }

  for (const file of PAIRS.flat()) {
    it(`point to files that are there: ${file}`, () => {
      const links = linksOf(read(file));
      assert.ok(links.length > 0);
      for (const link of links) {
        const [path = ''] = link.split('#');
        assert.ok(existsSync(join(ROOT, dirname(file), path)), link);
      }
    });
  }
});
