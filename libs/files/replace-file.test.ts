import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { replaceFile } from './replace-file.ts';

test('a file is replaced as a whole, with its rights, and nothing is left beside it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vms-files-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'new', 'list.json');
  await replaceFile(path, 'long and old', { file: 0o600, folder: 0o700 });
  await replaceFile(path, 'new', { file: 0o600, folder: 0o700 });
  assert.equal(readFileSync(path, 'utf8'), 'new');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(join(folder, 'new')).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(join(folder, 'new')), ['list.json']);
  // What cannot be replaced stays as it is.
  const taken = join(folder, 'taken');
  mkdirSync(taken);
  await assert.rejects(replaceFile(taken, 'x'));
  assert.ok(statSync(taken).isDirectory());
});
