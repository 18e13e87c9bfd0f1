import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CameraSimulator, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import { RunningSystem } from '../system/running-system.ts';
import { runVms } from '../system/vms-command.ts';

const CREDENTIALS = { username: 'operator', password: 'kingfisher-7' };
const ODD_NAMES = ['<script>alert(1)</script>', '🚪🐕 שער ראשי', '"; drop table camera; --'];

describe('vms cameras import, with the system running', () => {
  let simulator: CameraSimulator;
  let stranger: CameraSimulator;
  let system: RunningSystem;
  let folder: string;
  let csv: string;

  before(async () => {
    const cameras = ['stream1', 'stream2', 'sub', 'a', 'b', 'c'].map((name) => ({ name }));
    simulator = await startCameraSimulator({ cameras, credentials: CREDENTIALS });
    // Its path is none that a maker uses.
    stranger = await startCameraSimulator({ cameras: [{ name: 'nobody-knows' }] });
    system = await RunningSystem.start();
    folder = mkdtempSync(join(tmpdir(), 'vms-camera-import-'));
    csv = join(folder, 'cameras.csv');
    await system.signIn();
    const yard = { name: 'Yard', url: simulator.url('stream1'), ...CREDENTIALS };
    await system.addCamera(yard);
  });

  after(async () => {
    await system?.remove();
    await simulator?.stop();
    await stranger?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const imported = (...more: string[]) =>
    runVms(['cameras', 'import', csv, ...more, '--data', system.dataDirectory]);
  const named = async (): Promise<string[]> => {
    const answer = await system.call<{ cameras: { name: string }[] }>('GET', '/api/v1/cameras');
    return answer.cameras.map(({ name }) => name);
  };
  const write = (lines: readonly string[], encoding: BufferEncoding = 'utf8'): void =>
    writeFileSync(csv, Buffer.from(lines.join('\r\n'), encoding));

  it('tests every row first, changes nothing then, adds what works, and can be repeated', async () => {
    const { host } = new URL(simulator.url('stream2'));
    const { username, password } = CREDENTIALS;
    const signIn = `${username};${password}`;
    write(
      [
        'nome;url;usuário;senha;fluxo secundário;ativa',
        `Portão;${simulator.url('stream2')};${signIn};${simulator.url('sub')};não`,
        `Pátio;rtsp://${host}/nowhere;${signIn};;`,
        `Garagem;${simulator.url('a')};${signIn};rtsp://${host}/nowhere;`,
        `Yard;${simulator.url('stream1')};;;;`,
        ';rtsp://192.0.2.1/a;;;;',
      ],
      'latin1',
    );
    const dry = await imported('--dry-run', '--json');
    assert.equal(dry.code, 1);
    assert.deepEqual(
      dry.json.rows.map(({ line, outcome }: { line: number; outcome: string }) => [line, outcome]),
      [
        [2, 'works'],
        [3, 'fails'],
        [4, 'fails'],
        [5, 'exists'],
        [6, 'wrong'],
      ],
    );
    assert.equal(dry.json.file.encoding, 'Windows-1252');
    assert.ok(!dry.stdout.includes(password));
    assert.deepEqual(await named(), ['Yard']);
    const done = await imported('--lang', 'pt');
    assert.match(done.stdout, /Windows-1252: confira os nomes com acentos/);
    assert.match(done.stdout, /^2 +Portão +adicionada: H\.264/m);
    assert.match(done.stdout, /^3 +Pátio +não funciona: A câmera/m);
    assert.match(done.stdout, /^4 +Garagem +não funciona: o fluxo secundário: A câmera/m);
    assert.match(done.stdout, /^6 +ERRADA: falta o nome$/m);
    assert.match(
      done.stdout,
      /Adicionadas: 1\. Já existiam: 1\. Não adicionadas: 2\. Erradas: 1\./,
    );
    assert.match(done.stdout, /--no-test adiciona câmeras/);
    assert.equal(done.code, 1);
    const again = await imported('--json');
    assert.equal(again.json.summary.exists, 2);
    const list = await runVms(['cameras', 'list', '--json', '--data', system.dataDirectory]);
    const gate = list.json.cameras.find(({ name }: { name: string }) => name === 'Portão');
    assert.equal(gate.enabled, false);
  });

  it('adds a camera that is off where that is asked for, and never in a dry run', async () => {
    const { host } = new URL(simulator.url('a'));
    write(['name,url', `Off,rtsp://${host}/not-there`]);
    const both = await imported('--dry-run', '--no-test');
    assert.match(both.stderr, /--dry-run tests every row, and --no-test tests none/);
    assert.equal(both.code, 2);
    const done = await imported('--no-test');
    assert.match(done.stdout, /^2 +Off +added, not tested$/m);
    assert.equal(done.code, 0);
    assert.ok((await named()).includes('Off'));
  });

  it('takes names with script, emoji and right-to-left text for what they are', async () => {
    const rows = ODD_NAMES.map((name, index) => {
      const url = simulator.url(['a', 'b', 'c'][index] ?? '');
      return `"${name.replaceAll('"', '""')}",${url},${Object.values(CREDENTIALS).join()}`;
    });
    write(['name,url,user,password', ...rows]);
    const done = await imported();
    assert.equal(done.code, 0, done.stdout);
    for (const name of ODD_NAMES) assert.ok(done.stdout.includes(name), done.stdout);
    const names = await named();
    assert.deepEqual(
      ODD_NAMES.filter((name) => !names.includes(name)),
      [],
    );
  });

  const MISTAKES: [row: string, english: RegExp, portuguese: RegExp][] = [
    [',rtsp://192.0.2.7/a', /the name is missing/, /falta o nome/],
    ['Port,rtsp://192.0.2.7:99999/a', /WRONG: .*address/, /ERRADA: .*endereço/],
    ['Word,rtsp://192.0.2.7:many/a', /WRONG: .*address/, /ERRADA: .*endereço/],
    ['Web,http://192.0.2.7/', /WRONG: .*web page/, /ERRADA: Este é o endereço de uma página/],
    ['Nowhere', /url and address are both missing/, /faltam a url e o endereço/],
    [
      'Days,rtsp://192.0.2.8/a,,never',
      /the retention is not a whole number/,
      /a retenção não é um número inteiro/,
    ],
    ['Gate,rtsp://192.0.2.9/a', /not work: Nothing answers/, /não funciona: Nada responde/],
    ['gate,rtsp://192.0.2.10/a', /name is that of line 8 too/, /nome é o mesmo da linha 8/],
    [
      'Twin,rtsp://192.0.2.9:554/a',
      /address is that of line 8 too/,
      /endereço é o mesmo da linha 8/,
    ],
    ['Yard,rtsp://192.0.2.11/a', /another camera is called so/, /outra câmera já tem este nome/],
    ['Cells,rtsp://192.0.2.12/a?x=1,2,3,4', /5 values for 4 columns/, /5 valores para 4 colunas/],
  ];

  it('tells every mistake of a row with its line and what to do, in both languages', async () => {
    const { host } = new URL(stranger.url('nobody-knows'));
    const rows = [...MISTAKES.map(([row]) => row), `Stranger,,${host}`];
    write(['name,url,address,retention days', ...rows]);
    const english = await imported('--dry-run');
    const portuguese = await imported('--dry-run', '--lang', 'pt');
    const lineOf = (output: string, line: number): string =>
      output.split('\n').find((each) => each.startsWith(`${line} `)) ?? output;
    MISTAKES.forEach(([, inEnglish, inPortuguese], index) => {
      assert.match(lineOf(english.stdout, index + 2), inEnglish);
      assert.match(lineOf(portuguese.stdout, index + 2), inPortuguese);
    });
    const last = rows.length + 1;
    assert.match(lineOf(english.stdout, last), /Stranger +does not work: .*none of the known/i);
    assert.match(lineOf(portuguese.stdout, last), /Stranger +não funciona: /);
    assert.deepEqual([english.code, portuguese.code], [1, 1]);
  });
});
