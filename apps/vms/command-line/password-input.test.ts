import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { verifyPassword } from '@vms/auth/password.ts';
import { openSecrets } from '@vms/auth/secrets.ts';
import { freePorts } from '../../../test/system/free-ports.ts';
import { atTerminal, type Exchange } from '../../../test/system/pseudo-terminal.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const SCHEMA_2 = join(import.meta.dirname, '../../../services/api/database/fixtures/schema-2.sql');
/** Behind what `vms` says: how it leaves the terminal. */
const AFTERWARDS = 'echo "code $?"; stty -a | grep -oE -- "-?\\becho\\b"';

/** A data directory of a system that is stopped, with the user admin. */
async function stoppedSystem(
  t: TestContext,
): Promise<{ data: string; passwordHash: () => string }> {
  const data = mkdtempSync(join(tmpdir(), 'vms-password-'));
  t.after(() => rmSync(data, { recursive: true }));
  await openSecrets(join(data, 'secrets'));
  mkdirSync(join(data, 'api'));
  const path = join(data, 'api', 'vms.sqlite');
  const database = new DatabaseSync(path);
  database.exec(readFileSync(SCHEMA_2, 'utf8'));
  database.close();
  const passwordHash = (): string => {
    const opened = new DatabaseSync(path, { readOnly: true });
    const row = opened.prepare('select password_hash from user').get();
    opened.close();
    return String(row?.password_hash);
  };
  return { data, passwordHash };
}

/** Runs `vms user password` at a terminal; gives what is on the screen then. */
async function askedAtTerminal(data: string, dialogue: readonly Exchange[]): Promise<string> {
  // A system that runs on this machine has the ports that are used where nothing is said.
  const [port = 0] = await freePorts(1);
  const command = `"$NODE" --disable-warning=ExperimentalWarning "$MAIN" user password --data "$DATA"; ${AFTERWARDS}`;
  const variables = { NODE: process.execPath, MAIN, DATA: data, VMS_API_PORT: String(port) };
  return atTerminal(command, variables, dialogue);
}

test('a password is asked for at the terminal, and nothing of it is shown', async (t) => {
  const { data, passwordHash } = await stoppedSystem(t);
  const screen = await askedAtTerminal(data, [
    ['New password:', 'garça na comportx\u007fa\r'],
    ['Once more:', 'garça na comporta\r'],
  ]);
  assert.match(screen, /password of admin was replaced/);
  assert.doesNotMatch(screen, /gar|comport|\*/);
  assert.match(screen, /code 0\s+echo\s*$/, 'the terminal shows again what is typed');
  assert.ok(await verifyPassword(passwordHash(), 'garça na comporta', 'known'));
});

for (const end of ['\r', '\n', '\r\n']) {
  test(`both answers may be pasted at once, their lines ended by ${JSON.stringify(end)}`, async (t) => {
    const { data, passwordHash } = await stoppedSystem(t);
    const both = `a heron by the lock${end}`.repeat(2);
    const screen = await askedAtTerminal(data, [['New password:', both]]);
    assert.match(screen, /password of admin was replaced/);
    assert.doesNotMatch(screen, /heron/);
    assert.ok(await verifyPassword(passwordHash(), 'a heron by the lock', 'known'));
  });
}

const refused: [string, Exchange[], RegExp][] = [
  ['two that differ', [['New password:', 'a heron\r'], ['Once more:', 'b heron\r']], /passwords differ\. The password was not changed/], // biome-ignore format: one line a case
  ['Ctrl-C', [['New password:', 'a her\u0003']], /No password was given\. Nothing was changed/],
  ['Ctrl-D', [['New password:', '\u0004']], /No password was given\. Nothing was changed/],
];
for (const [what, dialogue, message] of refused) {
  test(`${what}: nothing is changed, and the terminal is as before`, async (t) => {
    const { data, passwordHash } = await stoppedSystem(t);
    const before = passwordHash();
    const screen = await askedAtTerminal(data, dialogue);
    assert.match(screen, message);
    assert.doesNotMatch(screen, /her/);
    assert.match(screen, /code 1\s+echo\s*$/);
    assert.equal(passwordHash(), before);
  });
}
