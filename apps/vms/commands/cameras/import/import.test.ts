import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MAX_CSV_BYTES, MAX_RECORD_CHARACTERS } from '@vms/common/camera-csv.ts';
import { VmsError } from '@vms/common/errors.ts';
import { parseCommandLine } from '../../../command-line/parse.ts';
import { Terminal } from '../../../command-line/terminal.ts';
import { toldError } from '../../../language/told-error.ts';
import { checkRows } from './check-rows.ts';
import { MAX_IMPORT_ROWS, readCsvTable } from './csv-table.ts';
import { eachBounded } from './each-row.ts';
import { importCameras } from './import.ts';

const nowhere = { write: () => true };
const english = new Terminal({ language: 'en', json: false, stdout: nowhere, stderr: nowhere });
const portuguese = new Terminal({
  language: 'pt-BR',
  json: false,
  stdout: nowhere,
  stderr: nowhere,
});
const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

test('reads what spreadsheets write: encodings, separators, marks, names of columns', () => {
  const rows = 'Nome;Endereço;Usuário;Senha;Retenção (dias)\r\nPortão;192.0.2.7;admin;s1;30\r\n';
  const files: [string, Uint8Array, string][] = [
    ['UTF-8', bytes(rows), ';'],
    ['UTF-8', bytes(`\uFEFF${rows}`), ';'],
    ['Windows-1252', Buffer.from(rows, 'latin1'), ';'],
    ['UTF-16', Buffer.from(`\uFEFF${rows.replaceAll(';', '\t')}`, 'utf16le'), '\t'],
    ['UTF-8', bytes(rows.replaceAll(';', ',')), ','],
  ];
  for (const [encoding, file, delimiter] of files) {
    const table = readCsvTable(file);
    assert.deepEqual([table.encoding, table.delimiter], [encoding, delimiter]);
    const { fresh, wrong } = checkRows(table, [], english);
    assert.deepEqual(wrong, []);
    assert.deepEqual(fresh, [
      {
        line: 2,
        name: 'Portão',
        place: { address: '192.0.2.7' },
        subUrl: undefined,
        retentionDays: 30,
        timeZone: undefined,
        username: 'admin',
        password: 's1',
        enabled: true,
      },
    ]);
  }
});

test('takes names with script, emoji and right-to-left text, and values with separators', () => {
  const csv =
    'name,url,enabled,time zone\n"<script>, 🚪 שער",rtsp://192.0.2.7/a,não,america/sao_paulo\n';
  const { fresh } = checkRows(readCsvTable(bytes(csv)), [], english);
  assert.equal(fresh[0]?.name, '<script>, 🚪 שער');
  assert.equal(fresh[0]?.enabled, false);
  assert.equal(fresh[0]?.timeZone, 'America/Sao_Paulo');
});

test('keeps what is quoted as it is, and leaves no line out', () => {
  const csv = 'name,url,user,password\n# 1, rtsp://192.0.2.7/a ,u," p;,""#w "\n';
  const { fresh, wrong } = checkRows(readCsvTable(bytes(csv)), [], english);
  assert.deepEqual(wrong, []);
  const [row] = fresh;
  assert.deepEqual(
    [row?.name, row?.place, row?.password],
    ['# 1', { url: 'rtsp://192.0.2.7/a' }, ' p;,"#w '],
  );
});

test('blanks in quotes belong to who signs in, and to nothing else', () => {
  const header = 'name,url,user,password,retention days,enabled,time zone,sub url';
  const row =
    '"Door ","rtsp://192.0.2.7/a\r\n"," u "," p "," 3 ","yes ","UTC "," rtsp://192.0.2.7/b"';
  const csv = `${header}\n${row}\n`;
  const { fresh, wrong } = checkRows(readCsvTable(bytes(csv)), [], english);
  assert.deepEqual(wrong, []);
  const { name, place, username, password, retentionDays, enabled, timeZone, subUrl } =
    fresh[0] ?? assert.fail('nothing was read');
  assert.deepEqual(
    { name, place, username, password, retentionDays, enabled, timeZone, subUrl },
    {
      ...{ name: 'Door', place: { url: 'rtsp://192.0.2.7/a' }, username: ' u ', password: ' p ' },
      ...{ retentionDays: 3, enabled: true, timeZone: 'UTC', subUrl: 'rtsp://192.0.2.7/b' },
    },
  );
});

test('channels of a recorder that differ in a token alone are two cameras', () => {
  const rows = [
    'rtsp://192.0.2.7/?token=a',
    'rtsp://192.0.2.7/?token=b',
    'rtsp://192.0.2.7/?token=a',
  ];
  const csv = `name,url\n${rows.map((url, index) => `C${index},${url}`).join('\n')}\n`;
  const { fresh, wrong } = checkRows(readCsvTable(bytes(csv)), [], english);
  assert.deepEqual(
    fresh.map(({ name }) => name),
    ['C0', 'C1'],
  );
  assert.match(wrong[0]?.why ?? '', /address is that of line 2/);
  const known = [{ name: 'old', url: 'rtsp://192.0.2.7/?token=$SECRET1' }];
  assert.equal(checkRows(readCsvTable(bytes(csv)), known, english).fresh.length, 0);
});

/** Runs `vms cameras import FILE` where no system runs, in a language; gives the one message. */
async function refusal(file: string, data: string, language: 'en' | 'pt'): Promise<string> {
  const args = ['cameras', 'import', file, '--data', data, '--lang', language];
  const invocation = parseCommandLine(args);
  assert.equal(invocation.command, 'cameras import');
  const context = {
    environment: { dataDirectory: undefined, runParent: tmpdir(), ports: {}, variables: {} },
    terminal: language === 'en' ? english : portuguese,
    output: { isWatched: false, log() {}, say() {} },
  };
  let told = '';
  await assert.rejects(importCameras(invocation, context), (error: unknown) => {
    assert.ok(error instanceof VmsError && error.code === 'import.file-unusable', String(error));
    told = toldError(error, context.terminal.language).message;
    return true;
  });
  return told;
}

const unusable: [string, Uint8Array | 'folder' | 'absent', RegExp, RegExp][] = [
  ['an empty file', bytes(''), /The file is empty/, /O arquivo está vazio/],
  ['white space', bytes(' \n\n'), /The file is empty/, /O arquivo está vazio/],
  ['only a mark', bytes('\uFEFF'), /The file is empty/, /O arquivo está vazio/],
  ['only names of columns', bytes('name,url\n'), /no camera below them/, /nenhuma câmera abaixo/],
  ['only separators', bytes('name;url\n;\n;\n'), /no camera below them/, /nenhuma câmera abaixo/],
  [
    'a workbook',
    Buffer.from([0x50, 0x4b, 3, 4, 0, 0]),
    /Save it in the spreadsheet as “CSV UTF-8”/,
    /Salve-a no programa de planilhas como “CSV UTF-8”/,
  ],
  ['a picture', Buffer.from([0x89, 0x50, 0, 0, 0]), /no text/, /não é texto/],
  [
    'UTF-16 without a mark',
    Buffer.from('name,url\nA,rtsp://192.0.2.7/a\n', 'utf16le'),
    /no text/,
    /não é texto/,
  ],
  [
    'a missing column',
    bytes('name,place\nA,b\n'),
    /no column “url \| address \/ endereço”; of the known ones it has: name\. Commas/,
    /não tem a coluna “url \| address \/ endereço”; das conhecidas ela tem: name\. As/,
  ],
  [
    'no name',
    bytes('url\nrtsp://a/b\n'),
    /no column “name \/ nome”/,
    /não tem a coluna “name \/ nome”/,
  ],
  [
    'another separator',
    bytes('name|url\nA|rtsp://192.0.2.7/a\n'),
    /names no known column.* Commas, semicolons or tabs separate/,
    /não tem nenhuma coluna conhecida.* As colunas são separadas por vírgula/,
  ],
  [
    'a list without a header, without repeating the password in it,',
    bytes('Front gate,192.168.1.20,,,admin,garca-secreta\n'),
    /^(?!.*garca).*The first line names no known column\./,
    /^(?!.*garca).*A primeira linha não tem nenhuma coluna conhecida\./,
  ],
  [
    'half a header, without repeating what is no column,',
    bytes('name,garca-secreta\nA,b\n'),
    /^(?!.*garca).*of the known ones it has: name\./,
    /^(?!.*garca).*das conhecidas ela tem: name\./,
  ],
  [
    'a row that is too long',
    bytes(`name,url\nA,rtsp://192.0.2.7/a\nB,${'x'.repeat(MAX_RECORD_CHARACTERS + 1)}\n`),
    /^(?!.*never closed).*Line 3: the row is longer than 65536 characters/,
    /^(?!.*nunca fechadas).*Linha 3: a linha tem mais de 65536 caracteres/,
  ],
  [
    'a column twice',
    bytes('name,nome,url\nA,B,c\n'),
    /Two columns mean “name”: name and nome/,
    /Duas colunas significam “name”: name e nome/,
  ],
  [
    'a quote that is not closed',
    bytes('name,url\nA,rtsp://192.0.2.7/a\nB,"rtsp://192.0.2.8/a\nC,d\n'),
    /Line 3: a quote/,
    /Linha 3: aspas/,
  ],
  [
    'characters after a quote',
    bytes('name,url\nA,"b"c\n'),
    /Line 2 .* Put the whole value between quotes, and write "" for a quote within it\. Nothing/,
    /A linha 2 .* Ponha o valor inteiro entre aspas, e escreva "" para aspas dentro dele\. Nada/,
  ],
  [
    'a quote within a password, without repeating it,',
    bytes('name,password\nA,garca"secreta\n'),
    /^(?!.*garca).*Line 2 .*quote/,
    /^(?!.*garca).*A linha 2 .*aspas/,
  ],
  ['too many bytes', Buffer.alloc(MAX_CSV_BYTES + 1, 0x61), /larger than 8 MB/, /mais de 8 MB/],
  [
    'too many rows',
    bytes(`name,url\n${'a,b\n'.repeat(MAX_IMPORT_ROWS + 1)}`),
    /over 10000 rows/,
    /mais de 10000 linhas/,
  ],
  ['a folder', 'folder', /cannot be read: it is a folder/, /não pode ser lido: é uma pasta/],
  ['no file', 'absent', /cannot be read: it is not there/, /não pode ser lido: não existe/],
];
for (const [what, content, message, mensagem] of unusable) {
  test(`refuses ${what} as a whole, in both languages`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'vms-import-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = content === 'folder' ? folder : join(folder, 'cameras.csv');
    if (typeof content !== 'string') writeFileSync(file, content);
    const [said, dito] = [await refusal(file, folder, 'en'), await refusal(file, folder, 'pt')];
    assert.match(said, message);
    assert.match(said, /Nothing was imported\.$/);
    assert.match(dito, mensagem);
    assert.match(dito, /Nada foi importado\.$/);
  });
}

const HEADER = 'name,url,address,user,password,sub url,retention days,enabled,time zone';
const wrongRows: [string, RegExp][] = [
  [',rtsp://192.0.2.7/a', /the name is missing/],
  [`${'n'.repeat(101)},rtsp://192.0.2.7/a`, /longer than 100 characters/],
  ['"a\u0007b",rtsp://192.0.2.7/a', /invisible/],
  ['\u202E\u200B,rtsp://192.0.2.7/a', /no visible character/],
  ['A', /url and address are both missing/],
  ['A,rtsp://192.0.2.7/a,192.0.2.7', /both there/],
  ['A,http://192.0.2.7/a', /web page/],
  ['A,ftp://192.0.2.7/a', /address of the camera/],
  ['A,rtsp://', /address of the camera/],
  [`A,rtsp://192.0.2.7/${'x'.repeat(2100)}`, /longer than 2048/],
  ['A,,not a host', /address/],
  ['A,rtsp://192.0.2.7/a,,,secret', /password and no user/],
  [`A,rtsp://192.0.2.7/a,,${'u'.repeat(257)}`, /longer than 256/],
  ['A,rtsp://192.0.2.7/a,,,,nonsense', /sub stream/],
  ['A,rtsp://192.0.2.7/a,,,,,1.5', /the retention is not a whole number of days between 1 and/],
  ['A,rtsp://192.0.2.7/a,,,,,0', /not a whole number of days/],
  ['A,rtsp://192.0.2.7/a,,,,,,maybe', /enabled is neither yes nor no/],
  ['A,rtsp://192.0.2.7/a,,,,,,,Mars/Base', /time zone is not known/],
  ['A,rtsp://192.0.2.7/a?x=1,2,3,,,,,,,,', /12 values for 9 columns: put a value that contains ,/],
];
for (const [row, why] of wrongRows) {
  test(`says what is wrong with: ${row.slice(0, 60)}`, () => {
    const table = readCsvTable(bytes(`${HEADER}\nGood,rtsp://192.0.2.99/a\n${row}\n`));
    const { fresh, wrong } = checkRows(table, [], english);
    assert.equal(fresh.length, 1);
    assert.equal(wrong.length, 1);
    assert.equal(wrong[0]?.line, 3);
    assert.match(wrong[0]?.why ?? '', why);
    const [inPortuguese] = checkRows(table, [], portuguese).wrong;
    assert.notEqual(inPortuguese?.why, wrong[0]?.why);
  });
}

test('says everything that is wrong with a row, and repeats no value that may be a password', () => {
  const row = ',ftp://192.0.2.7/a,,,,,kingfisher-7,kingfisher-8,kingfisher-9';
  const { wrong } = checkRows(readCsvTable(bytes(`${HEADER}\n${row}\n`)), [], english);
  const why = wrong[0]?.why ?? '';
  for (const fault of [
    /the name is missing; /,
    /the retention is not a whole number of days between 1 and \d+; /,
    /enabled is neither yes nor no: write one of them; /,
    /the time zone is not known: .*; /,
    /address of the camera/,
  ]) {
    assert.match(why, fault);
  }
  assert.doesNotMatch(why, /kingfisher/);
});

test('finds what is said twice, in the file and against the cameras that are there', () => {
  const csv = [
    'name,url,address',
    'A,rtsp://192.0.2.7/a,',
    'a,rtsp://192.0.2.8/a,',
    'B,rtsp://user:x@192.0.2.7:554/a,',
    'C,rtsp://192.0.2.9/a,',
    'D,,192.0.2.9',
    'Gate,rtsp://192.0.2.10/a,',
    'E,,192.0.2.11',
    'F,,192.0.2.11:554',
  ];
  const cameras = [
    { name: 'Old', url: 'rtsp://192.0.2.9/a' },
    { name: 'gate', url: 'rtsp://192.0.2.77/a' },
  ];
  const { fresh, existing, wrong } = checkRows(
    readCsvTable(bytes(csv.join('\n'))),
    cameras,
    english,
  );
  assert.deepEqual(
    fresh.map(({ name }) => name),
    ['A', 'E'],
  );
  assert.deepEqual(
    existing.map(({ name }) => name),
    ['C', 'D'],
  );
  const expected = [
    /^3: .*name is that of line 2 too/,
    /^4: .*address is that of line 2 too/,
    /^7: another camera is called so \(rtsp:\/\/192\.0\.2\.77\/a\)/,
    /^9: .*address is that of line 8 too/,
  ];
  assert.equal(wrong.length, expected.length);
  expected.forEach((pattern, index) => {
    assert.match(`${wrong[index]?.line}: ${wrong[index]?.why}`, pattern);
  });
});

test('10,000 rows are checked at once, and worked on a few at a time', async () => {
  const rows = Array.from(
    { length: MAX_IMPORT_ROWS },
    (_, i) => `Camera ${i},rtsp://10.${i >> 8}.${i & 255}.1/a`,
  );
  const { fresh } = checkRows(readCsvTable(bytes(`name,url\n${rows.join('\n')}`)), [], english);
  assert.equal(fresh.length, MAX_IMPORT_ROWS);
  let underWay = 0;
  let most = 0;
  const results = await eachBounded(fresh, 3, async ({ line }) => {
    most = Math.max(most, ++underWay);
    await Promise.resolve();
    underWay--;
    return line;
  });
  assert.equal(most, 3);
  assert.deepEqual([results.length, results[0], results.at(-1)], [10_000, 2, 10_001]);
});
