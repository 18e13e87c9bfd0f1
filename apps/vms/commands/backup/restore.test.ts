import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openApiDatabase } from '@vms/api/database/open-database.ts';
import { silentLogger } from '@vms/common/logger.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { copyPathOf } from '@vms/database/copy-before-migration.ts';
import { encodeBackup } from '../../backup/backup-file.ts';
import { parseCommandLine } from '../../command-line/parse.ts';
import { Terminal } from '../../command-line/terminal.ts';
import { DATA_FORMAT } from '../../config/data-directory.ts';
import type { Language } from '../../language/text.ts';
import { restoreBackup } from './restore.ts';

const SCHEMA_2 = join(
  import.meta.dirname,
  '../../../../services/api/database/fixtures/schema-2.sql',
);

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'vms-restore-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** A back-up with a database of schema 2 and one camera of that name. */
function backUp(path: string, camera: string, yaml?: string): string {
  const database = new DatabaseSync(`${path}.sqlite`);
  database.exec(readFileSync(SCHEMA_2, 'utf8'));
  database.prepare('update camera set name = ?').run(camera);
  database.close();
  const base64 = readFileSync(`${path}.sqlite`).toString('base64');
  const files = [{ path: 'api/vms.sqlite', base64 }];
  if (yaml !== undefined) {
    files.push({ path: 'vms.yaml', base64: Buffer.from(yaml).toString('base64') });
  }
  const createdAt = '2026-01-02T03:04:05.678Z';
  const backup = { dataFormat: DATA_FORMAT, madeBy: '0.1.0', createdAt, files, volumes: [] };
  writeFileSync(path, encodeBackup(backup), { mode: 0o600 });
  return path;
}

/** Runs `vms backup restore`; gives what it says. */
async function restore(file: string, data: string, ...more: string[]): Promise<string> {
  const told = await tellRestore('en', file, data, ...more);
  if (told.error !== undefined) throw told.error;
  return told.said;
}

/** Runs `vms backup restore`; gives what it says, and why it could not be done. */
async function tellRestore(
  language: Language,
  file: string,
  data: string,
  ...more: string[]
): Promise<{ said: string; error?: unknown }> {
  let said = '';
  const sink = { write: (text: string) => (said += text) };
  const terminal = new Terminal({ language, json: false, stdout: sink, stderr: sink });
  const invocation = parseCommandLine(['backup', 'restore', file, '--data', data, ...more]);
  assert.equal(invocation.command, 'backup restore');
  const environment = { dataDirectory: undefined, runParent: tmpdir(), ports: {}, variables: {} };
  const output = { isWatched: false, log() {}, say() {} };
  try {
    await restoreBackup(invocation, { environment, terminal, output });
    return { said };
  } catch (error) {
    terminal.fail(error);
    return { said, error };
  }
}

/** Starts the API's database; gives the names of cameras in it. */
async function camerasOf(path: string): Promise<string[]> {
  const deps = { clock: new ManualClock(), logger: silentLogger };
  const database = await openApiDatabase(path, deps);
  const cameras = await database.queries.selectFrom('camera').select('name').execute();
  await database.close();
  return cameras.map(({ name }) => name);
}

function nameInCopy(path: string): unknown {
  const database = new DatabaseSync(copyPathOf(path, 2), { readOnly: true });
  const row = database.prepare('select name from camera').get();
  database.close();
  return row?.name;
}

test('an older database that comes back is copied again before it is upgraded', async (t) => {
  const place = folder(t);
  const data = join(place, 'data');
  const database = join(data, 'api', 'vms.sqlite');
  await restore(backUp(join(place, 'first.backup'), 'Harbour'), data);
  assert.deepEqual(await camerasOf(database), ['Harbour']);
  assert.equal(nameInCopy(database), 'Harbour');
  const second = backUp(join(place, 'second.backup'), 'Lock');
  assert.match(await restore(second, data, '--replace'), /before-restore-/);
  const [aside = ''] = readdirSync(join(data, 'api')).filter((name) => name.startsWith('before-'));
  assert.equal(nameInCopy(join(data, 'api', aside, 'vms.sqlite')), 'Harbour');
  assert.deepEqual(await camerasOf(database), ['Lock']);
  assert.equal(nameInCopy(database), 'Lock');
});

test('a vms.yaml that is refused is left to be corrected, and the corrected one taken', async (t) => {
  const place = folder(t);
  const data = join(place, 'data');
  const refused = join(data, 'vms.yaml.refused');
  const file = backUp(join(place, 'north.backup'), 'Lock', 'gateway:\n  prot: 8081\n');
  await assert.rejects(restore(file, data), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'backup.configuration-refused');
    assert.match(error.message, /gateway\.prot \(line 2\) is unknown.*Nothing was replaced/);
    assert.ok(error.message.endsWith(`restore again with --config ${refused}`));
    return true;
  });
  const { said } = await tellRestore('pt-BR', file, data);
  assert.match(said, /nesta máquina: detalhe \(em inglês\): .*gateway\.prot \(line 2\) is unknown/);
  assert.doesNotMatch(said, /inicie de novo/);
  assert.ok(!existsSync(join(data, 'vms.yaml')) && !existsSync(join(data, 'api', 'vms.sqlite')));
  writeFileSync(refused, 'gateway:\n  port: 8081\n');
  await restore(file, data, '--config', refused);
  assert.equal(readFileSync(join(data, 'vms.yaml'), 'utf8'), 'gateway:\n  port: 8081\n');
  assert.ok(!existsSync(refused));
});

test('corrections of a refused vms.yaml are not lost by trying again without them', async (t) => {
  const place = folder(t);
  const data = join(place, 'data');
  const file = backUp(join(place, 'north.backup'), 'Lock', 'gateway:\n  prot: 8081\n');
  mkdirSync(data);
  writeFileSync(join(data, 'vms.yaml.refused'), 'corrected');
  const { said } = await tellRestore('en', file, data);
  const [aside = ''] = readdirSync(data).filter((name) => name.startsWith('before-'));
  assert.equal(readFileSync(join(data, aside, 'vms.yaml.refused'), 'utf8'), 'corrected');
  assert.ok(said.includes(`vms.yaml.refused of an earlier restore`), said);
  assert.ok(said.includes(`is now in ${join(data, aside)}.\n`), said);
  const { said: dito } = await tellRestore('pt-BR', file, data);
  assert.match(
    dito,
    /vms\.yaml\.refused de uma restauração anterior, .* está agora em \S+\/before-/,
  );
});
