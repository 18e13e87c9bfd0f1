import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DATA_FORMAT, openDataDirectory } from './data-directory.ts';
import { makeRunDirectory, runDirectoryOf } from './run-directory.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'vms-data-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('a new data directory gets its folders and its version, and is known again', (t) => {
  const path = join(folder(t), 'new');
  assert.equal(openDataDirectory(path).isNew, true);
  assert.equal(JSON.parse(readFileSync(join(path, 'version.json'), 'utf8')).format, DATA_FORMAT);
  assert.ok(existsSync(join(path, 'volumes', 'default')));
  assert.equal(statSync(path).mode & 0o777, 0o750);
  assert.equal(openDataDirectory(path).isNew, false);
});

test('a data directory of a newer version is refused, and nothing in it touched', (t) => {
  const path = folder(t);
  const text = JSON.stringify({ format: DATA_FORMAT + 1, writtenBy: '9.9.9' });
  writeFileSync(join(path, 'version.json'), text);
  assert.throws(() => openDataDirectory(path), {
    code: 'data.newer-version',
    message: /newer version of vms \(9\.9\.9, format 2\).*Nothing in it was touched/,
  });
  assert.equal(existsSync(join(path, 'api')), false);
  assert.equal(readFileSync(join(path, 'version.json'), 'utf8'), text);
});

for (const text of ['', '{', '{"format":"1"}', '{"format":0}', '[]']) {
  test(`a version file that holds ${text || 'nothing'} is refused`, (t) => {
    const path = folder(t);
    writeFileSync(join(path, 'version.json'), text);
    assert.throws(() => openDataDirectory(path), { code: 'data.damaged' });
    assert.equal(existsSync(join(path, 'api')), false);
  });
}

test('a path that is a file is refused in words', (t) => {
  const path = join(folder(t), 'file');
  writeFileSync(path, '');
  assert.throws(() => openDataDirectory(path), { code: 'data.unusable', message: /VMS_DATA_DIR/ });
});

test('the run directory is short, one for each data directory, and nobody else may enter it', (t) => {
  const parent = folder(t);
  const run = runDirectoryOf('/a/data', parent);
  assert.notEqual(run.path, runDirectoryOf('/b/data', parent).path);
  assert.ok(runDirectoryOf('/x'.repeat(200), '/tmp').framesSocket.length < 60);
  makeRunDirectory(run);
  makeRunDirectory(run);
  assert.equal(statSync(run.path).mode & 0o777, 0o700);
});

test('a run directory whose sockets would have too long a path is refused, one byte less is not', (t) => {
  const parent = folder(t);
  const short = runDirectoryOf('/data', parent);
  const room = 107 - Buffer.byteLength(short.framesSocket) - 1;
  makeRunDirectory(runDirectoryOf('/data', join(parent, 'x'.repeat(room))));
  const long = runDirectoryOf('/data', join(parent, 'x'.repeat(room + 1)));
  assert.throws(() => makeRunDirectory(long), {
    code: 'launcher.run-directory-too-long',
    message: /108 bytes.*VMS_RUN_DIR/s,
  });
  assert.ok(!existsSync(long.path));
});

test('a run directory that others may enter, or that is a link, is refused', (t) => {
  const parent = folder(t);
  const open = runDirectoryOf('/open', parent);
  mkdirSync(open.path);
  chmodSync(open.path, 0o755);
  assert.throws(() => makeRunDirectory(open), { code: 'launcher.run-directory-unsafe' });
  const link = runDirectoryOf('/link', parent);
  mkdirSync(join(parent, 'target'), { mode: 0o700 });
  symlinkSync(join(parent, 'target'), link.path);
  assert.throws(() => makeRunDirectory(link), { code: 'launcher.run-directory-unsafe' });
});
