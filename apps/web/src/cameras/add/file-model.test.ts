import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CsvFault, parseCsv } from './csv.ts';
import { inputOfLine, MAX_FILE_LINES, readFileText, SAMPLE_CSV } from './file-model.ts';

test('CSV as spreadsheets write it', () => {
  const text = '\uFEFFname;url\r\n"a ""b"";\nc";x\r\n\r\n# no camera\r\nd ; y';
  assert.deepEqual(parseCsv(text, 10), [
    { line: 1, fields: ['name', 'url'] },
    { line: 3, fields: ['a "b";\nc', 'x'] },
    { line: 6, fields: ['d', 'y'] },
  ]);
  assert.deepEqual(parseCsv('name\turl', 10)[0]?.fields, ['name', 'url']);
  assert.deepEqual(parseCsv('name,url\nGate,pass#word\n', 10)[1]?.fields, ['Gate', 'pass#word']);
  assert.equal(parseCsv('a\n'.repeat(9), 5).length, 5);
  const fault = (csv: string): unknown[] => {
    try {
      return parseCsv(csv, 10);
    } catch (thrown) {
      assert.ok(thrown instanceof CsvFault);
      return [thrown.kind, thrown.line];
    }
  };
  assert.deepEqual(fault('name\n"a'), ['quote', 2]);
  assert.deepEqual(fault('name\nx\n"a"b'), ['malformed', 3]);
});

test('columns may have the names that the command line reads, in Portuguese too', () => {
  const { rows, fault } = readFileText(
    'Nome;Endereço;Usuário;Senha;Fluxo secundário\nPortão;192.0.2.7;admin;s1;\n',
    [],
  );
  assert.equal(fault, undefined);
  assert.equal(rows[0]?.name, 'Portão');
  assert.notEqual(rows[0]?.camera, undefined);
});

test('whatever is written is read back', () => {
  const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (fields) => {
      fc.pre(!fields[0]?.startsWith('#'));
      const [record] = parseCsv(`${fields.map(quoted).join(',')}\n`, 1);
      assert.deepEqual(record?.fields, fields);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('any text ends in rows or in a fault, never in an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { rows, fault } = readFileText(text, []);
      assert.ok(rows.length > 0 || fault !== undefined);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('the sample can be tested as it is', () => {
  const { rows, fault } = readFileText(SAMPLE_CSV, []);
  assert.equal(fault, undefined);
  assert.deepEqual(
    rows.map((row) => [row.line, row.name, row.fault]),
    [
      [2, 'Front gate', undefined],
      [3, 'Garage, left', undefined],
      [4, 'Warehouse', undefined],
    ],
  );
  assert.equal(rows[0]?.camera?.address, '192.168.1.20');
  const last = rows[2]?.camera;
  assert.ok(last !== undefined);
  assert.deepEqual(inputOfLine(last), {
    name: 'Warehouse',
    url: 'rtsp://192.168.1.30:554/stream1',
    subUrl: 'rtsp://192.168.1.30:554/stream2',
    username: 'viewer',
    password: 'secret',
  });
});

test('every kind of mistake is named, with its line', () => {
  const text = [
    'Name,Address,URL,sub_url,username,password',
    ',10.0.0.1,,,,',
    'a,,,,,',
    'b,10.0.0.1,rtsp://10.0.0.1/1,,,',
    'c,10.0.0.1/x,,,,',
    'd,,http://10.0.0.1/1,,,',
    'e,,rtsp://10.0.0.1/1,ftp://x,,',
    'f,10.0.0.2,,,,,,',
    'g,10.0.0.9,,,,',
    'h,10.0.0.3,,,,',
    'i,http://10.0.0.3/,,,,',
    'j,,rtsp://me:p%40ss@10.0.0.4/1,,,',
  ].join('\n');
  const { rows } = readFileText(text, ['10.0.0.9']);
  assert.deepEqual(
    rows.map(({ line, fault }) => [line, fault?.key]),
    [
      [2, 'file.noName'],
      [3, 'file.noTarget'],
      [4, 'file.twoTargets'],
      [5, 'file.badAddress'],
      [6, 'address.web-page'],
      [7, 'address.other-scheme'],
      [8, 'file.columnCount'],
      [9, 'file.exists'],
      [10, undefined],
      [11, 'file.twice'],
      [12, undefined],
    ],
  );
  assert.deepEqual(rows[9]?.fault?.args, { line: 10 });
  const { url, username, password } = rows[10]?.camera ?? {};
  assert.deepEqual([url, username, password], ['rtsp://10.0.0.4/1', 'me', 'p@ss']);
});

test('a file that cannot be read at all says why', () => {
  const key = (text: string) => readFileText(text, []).fault?.key;
  assert.equal(key(''), 'file.empty');
  assert.equal(key('name,address\n'), 'file.empty');
  assert.equal(key('10.0.0.1,admin,secret\n'), 'file.noHeader');
  assert.equal(key('name,address,colour\nx,10.0.0.1,red'), 'file.unknownColumn');
  assert.equal(key('name,address\n"x,10.0.0.1'), 'file.quote');
  const many = Array.from({ length: MAX_FILE_LINES + 1 }, (_, i) => `n,10.0.${i >> 8}.${i & 255}`);
  assert.equal(key(['name,address', ...many].join('\n')), 'file.tooMany');
  assert.equal(readFileText(['name,address', ...many.slice(1)].join('\n'), []).rows.length, 500);
});
