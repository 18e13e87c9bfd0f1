import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsvFault, decodeCsv, MAX_CSV_BYTES, parseCsv } from '@vms/common/camera-csv.ts';
import fc from 'fast-check';
import { inputOfLine, MAX_FILE_LINES, readFileText, SAMPLE_CSV } from './file-model.ts';

test('CSV as spreadsheets write it', () => {
  const text = '\uFEFFname;url\r\n"a ""b"";\nc";x\r\n\r\n;\r\n# 1 ; y';
  const { delimiter, records } = parseCsv(text, 10);
  assert.equal(delimiter, ';');
  assert.deepEqual(records, [
    { line: 1, fields: ['name', 'url'] },
    { line: 3, fields: ['a "b";\nc', 'x'] },
    { line: 6, fields: ['# 1', 'y'] },
  ]);
  assert.deepEqual(parseCsv('name\turl', 10).records[0]?.fields, ['name', 'url']);
  assert.equal(parseCsv('a\n'.repeat(9), 5).records.length, 5);
  const fault = (csv: string): unknown[] => {
    try {
      return [parseCsv(csv, 10)];
    } catch (thrown) {
      assert.ok(thrown instanceof CsvFault);
      return [thrown.kind, thrown.line];
    }
  };
  assert.deepEqual(fault('name\n"a'), ['quote', 2]);
  assert.deepEqual(fault('name\nx\n"a"b'), ['malformed', 3]);
});

test('days, zone and whether it is recorded are read as the command line reads them', () => {
  const rows = (cells: string) =>
    readFileText(`nome;url;dias;ativa;fuso\nA;rtsp://192.0.2.7/1;${cells}`, []).rows[0];
  const { camera } = rows('7;não;america/sao_paulo') ?? {};
  assert.ok(camera);
  const recording = { retentionDays: 7, enabled: false, timeZone: 'America/Sao_Paulo' };
  assert.deepEqual(inputOfLine(camera), {
    ...{ name: 'A', url: 'rtsp://192.0.2.7/1', username: '' },
    ...recording,
  });
  assert.deepEqual(rows(';;')?.camera?.recording, {});
  for (const [cells, key] of [
    ['0;;', 'form.retentionWrong'],
    [';talvez;', 'file.notEnabled'],
    [';;Mars/Olympus', 'file.notZone'],
  ] as const) {
    assert.equal(rows(cells)?.fault?.key, key);
  }
});

test('a file is read in the encoding that it was saved in', () => {
  const text = 'nome;endereço;usuário;senha\r\nPortão;192.0.2.7;admin;ação€1\r\n';
  const windows1252 = Uint8Array.from(text, (each) => (each === '€' ? 0x80 : each.charCodeAt(0)));
  const utf16 = (bigEndian: boolean): Uint8Array => {
    const view = new DataView(new ArrayBuffer(2 * text.length + 2));
    [...`\uFEFF${text}`].forEach((each, at) => {
      view.setUint16(2 * at, each.charCodeAt(0), !bigEndian);
    });
    return new Uint8Array(view.buffer);
  };
  const files = [
    ['UTF-8', new TextEncoder().encode(text)],
    ['UTF-8', new TextEncoder().encode(`\uFEFF${text}`)],
    ['Windows-1252', windows1252],
    ['UTF-16', utf16(false)],
    ['UTF-16', utf16(true)],
  ] as const;
  for (const [encoding, bytes] of files) {
    const decoded = decodeCsv(bytes);
    assert.equal(decoded.encoding, encoding);
    const { name, username, password } = readFileText(decoded.text, []).rows[0]?.draft ?? {};
    assert.deepEqual([name, username, password], ['Portão', 'admin', 'ação€1']);
  }
  const kind = (bytes: Uint8Array): unknown => {
    try {
      return decodeCsv(bytes);
    } catch (thrown) {
      return thrown instanceof CsvFault && thrown.kind;
    }
  };
  assert.equal(kind(new Uint8Array()), 'empty');
  assert.equal(kind(Uint8Array.of(0x50, 0x4b, 3, 4)), 'workbook');
  assert.equal(kind(Uint8Array.of(0x61, 0, 0x62)), 'not-text');
  assert.equal(kind(new Uint8Array(MAX_CSV_BYTES).fill(0x20)), 'empty');
  assert.equal(kind(new Uint8Array(MAX_CSV_BYTES + 1).fill(0x20)), 'too-large');
});

test('columns may have the names that the command line reads, in Portuguese too', () => {
  const { rows, fault } = readFileText(
    'Nome;Endereço;Usuário;Senha;Fluxo secundário\nPortão;192.0.2.7;admin;s1;\n',
    [],
  );
  assert.equal(fault, undefined);
  assert.equal(rows[0]?.draft.name, 'Portão');
  assert.notEqual(rows[0]?.camera, undefined);
});

test('whatever is written is read back', () => {
  const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (fields) => {
      const [record] = parseCsv(`${fields.map(quoted).join(',')}\n`, 1).records;
      fc.pre(fields.some((field) => field.trim() !== ''));
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
  const { rows, fault } = readFileText(SAMPLE_CSV.en, []);
  assert.equal(fault, undefined);
  assert.deepEqual(
    rows.map((row) => [row.line, row.draft.name, row.fault]),
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

test('the Portuguese sample says the same, with the byte order mark that Excel needs', () => {
  const { rows, fault } = readFileText(`\uFEFF${SAMPLE_CSV['pt-BR']}`, []);
  assert.equal(fault, undefined);
  assert.deepEqual(
    rows.map((row) => [row.draft.name, row.fault, row.camera?.address, row.camera?.url]),
    [
      ['Portão da frente', undefined, '192.168.1.20', ''],
      ['Garagem, esquerda', undefined, '192.168.1.21', ''],
      ['Depósito', undefined, undefined, 'rtsp://192.168.1.30:554/stream1'],
    ],
  );
  assert.equal(rows[2]?.camera?.subUrl, 'rtsp://192.168.1.30:554/stream2');
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
  const { rows } = readFileText(text, [{ name: 'Old', url: 'rtsp://10.0.0.9:554/x' }]);
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
      [9, undefined],
      [10, undefined],
      [11, undefined],
      [12, undefined],
    ],
  );
  // What is there already may be meant all the same.
  assert.deepEqual(rows[7]?.doubt, { key: 'file.exists', args: { name: 'Old' } });
  assert.deepEqual(rows[9]?.doubt, { key: 'file.twice', args: { line: 10 } });
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

test('a line is corrected in place, and judged again with all others', () => {
  const text = 'name,address,url\n,10.0.0.1,\nb,10.0.0.2,rtsp://10.0.0.2/1\nc,10.0.0.3,,x\n';
  const before = readFileText(text, []);
  assert.deepEqual(
    before.rows.map(({ fault }) => fault?.key),
    ['file.noName', 'file.twoTargets', 'file.columnCount'],
  );
  const draftAt = (index: number) => before.rows[index]?.draft ?? assert.fail();
  const corrections = new Map([
    [2, { ...draftAt(0), name: 'a' }],
    [3, { ...draftAt(1), place: 'rtsp://u:50%@10.0.0.2/1?pwd=s3cret', username: '' }],
    [4, { ...draftAt(2), place: 'http://10.0.0.1/' }],
  ]);
  const { rows } = readFileText(text, [], corrections);
  assert.deepEqual(
    rows.map(({ camera, doubt }) => [camera?.address, camera?.url, camera?.password, doubt?.key]),
    [
      ['10.0.0.1', '', '', undefined],
      // A second password stays in the address that is sent: the API seals it.
      [undefined, 'rtsp://u:50%@10.0.0.2/1?pwd=s3cret', '50%', undefined],
      ['10.0.0.1', '', '', 'file.twice'],
    ],
  );
  const again = readFileText(text, [], new Map([[2, { ...draftAt(0), name: 'a', place: 'x/y' }]]));
  assert.equal(again.rows[0]?.fault?.key, 'file.badAddress');
});

test('two channels of one recorder are two cameras', () => {
  const known = [{ name: 'Old', url: 'rtsp://10.0.0.9/1' }];
  const text = 'name,url\na,rtsp://10.0.0.9/2\nb,rtsp://u:p@10.0.0.9:554/1\nc,rtsp://10.0.0.9/3\n';
  assert.deepEqual(
    readFileText(text, known).rows.map(({ doubt }) => doubt?.key),
    [undefined, 'file.exists', undefined],
  );
});
