import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { freePorts } from '../system/free-ports.ts';
import { atTerminal } from '../system/pseudo-terminal.ts';
import { waitFor } from '../system/waiting.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'apps', 'vms', 'main.ts');
const VMS = '"$NODE" --disable-warning=ExperimentalWarning "$MAIN"';

/** As whoever tries it at home sees it: at a terminal, and stopped by Ctrl-C. */
describe('npm start at a terminal', () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  let terminal: ChildProcess;
  let written = '';
  const screen = (): string => stripVTControlCharacters(written).replaceAll('\r', '');

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vms-terminal-'));
    const [gateway, api, ingest, storage, stream, udp] = await freePorts(6);
    environment = {
      ...{ NODE: process.execPath, MAIN, VMS_LANG: 'en', TERM: 'xterm' },
      VMS_DATA_DIR: join(folder, 'data'),
      ...{ VMS_GATEWAY_PORT: `${gateway}`, VMS_API_PORT: `${api}` },
      ...{ VMS_INGEST_PORT: `${ingest}`, VMS_STORAGE_PORT: `${storage}` },
      ...{ VMS_STREAM_PORT: `${stream}`, VMS_STREAM_UDP_PORT: `${udp}` },
    };
    terminal = spawn('script', ['-q', '-e', '-c', `exec ${VMS} start --demo`, '/dev/null'], {
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    terminal.stdout?.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  });

  after(async () => {
    if (terminal.exitCode === null) {
      terminal.kill('SIGTERM');
      await once(terminal, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows address and password together, apart from lines that people can read', async () => {
    const words =
      /\n\nVMS \S+ is ready: (\S+)\n.*: (\S+)\/welcome#(\S+)\nSign in as admin .*: (\S+)\n\n/;
    // In either order: the camera does not wait for the gateway.
    await waitFor('the camera to be online', () => /state=online.*\n/.test(screen()), 60_000);
    const [, url, welcomeUrl, inAddress, password = ''] = await waitFor(
      'address and password',
      () => words.exec(screen()) ?? undefined,
    );
    assert.deepEqual([welcomeUrl, inAddress], [url, password]);
    assert.equal(screen().split(password).length, 3, 'and nowhere else');
    const shown = screen().slice(0, screen().lastIndexOf('\n'));
    const lines = shown.replace(words, '\n').split('\n').filter(Boolean);
    for (const line of lines) {
      assert.match(line, /^\d\d:\d\d:\d\d (info |warn |error) [a-z+]+ +[A-Z]/);
    }
  });

  it('asks before a camera is removed, and takes a yes alone for one', async () => {
    const command = `${VMS} cameras remove Demo; echo "code $?"`;
    for (const answer of ['\r', 'n\r', 'stop\r', '\u0003', '\u0004']) {
      const no = await atTerminal(command, environment, [['[y/N]', answer]]);
      assert.match(no, /Nothing was changed\.\s+code 1\s*$/, answer);
    }
    const yes = await atTerminal(command, environment, [['[y/N]', 'yes\r']]);
    assert.match(yes, /Removed “Demo”; its recordings are kept\.\s+code 0\s*$/);
  });

  it('stops on Ctrl-C, and says so', async () => {
    terminal.stdin?.write('\u0003');
    const [code] = await once(terminal, 'exit');
    assert.equal(code, 0);
    assert.match(screen(), /Stopping: files are being closed/);
  });
});
