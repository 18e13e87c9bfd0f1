import assert from 'node:assert/strict';
import { MAX_CSV_BYTES, MAX_RECORD_CHARACTERS } from '@vms/common/camera-csv.ts';
import { ConfigError } from '@vms/common/config-error.ts';
import { MAX_CONFIG_BYTES, readYaml } from '@vms/common/config-yaml.ts';
import { CliError } from '../../../apps/vms/cli-error.ts';
import {
  MAX_IMPORT_ROWS,
  readCsvTable,
} from '../../../apps/vms/commands/cameras/import/csv-table.ts';
import type { TargetBound } from '../fuzz-target.ts';

const HEAD = 'name;url;user;password\n';
const ROW = 'Door;rtsp://192.0.2.1/live;admin;"a;""b"\n';

const csvBounds: readonly TargetBound[] = [
  {
    name: 'MAX_CSV_BYTES',
    bound: MAX_CSV_BYTES,
    input: (size) => Buffer.concat([Buffer.from(HEAD), Buffer.alloc(size - HEAD.length, ROW)]),
  },
  {
    name: 'MAX_IMPORT_ROWS',
    bound: MAX_IMPORT_ROWS,
    input: (count) => Buffer.from(HEAD + ROW.repeat(count)),
  },
  {
    name: 'MAX_RECORD_CHARACTERS',
    bound: MAX_RECORD_CHARACTERS,
    input: (size) => Buffer.from(`${HEAD}${'x'.repeat(size)}\n${ROW}`),
  },
];

/** A list of cameras as a spreadsheet saves it. */
export const csv = {
  name: 'csv',
  seeds: () => [
    Buffer.from(HEAD + ROW + ROW),
    Buffer.from(`\uFEFFNome,Endereço\r\nPortão,192.0.2.1\r\n`),
    Buffer.from(`\uFEFF${HEAD}${ROW}`, 'utf16le'),
  ],
  bounds: csvBounds,
  run(input: Uint8Array): void {
    try {
      const { columns, rows } = readCsvTable(input);
      assert.ok(rows.length >= 1 && rows.length <= MAX_IMPORT_ROWS && columns >= 1);
      for (const row of rows) assert.equal(row.value('url'), row.value('url').trim());
    } catch (thrown) {
      if (!(thrown instanceof CliError)) throw thrown;
    }
  },
};

// The dollar stands apart, so that nobody takes it for a template string.
const YAML = `api:
  port: 8080
  host: "${'$'}{HOST:-::1}"
# end
list:
  - a
  - &b {c: 1}
  - *b
`;

const yamlBounds: readonly TargetBound[] = [
  {
    name: 'MAX_CONFIG_BYTES',
    bound: MAX_CONFIG_BYTES,
    input: (size) => Buffer.alloc(size, `# ${'x'.repeat(97)}\n`),
  },
];

/** The configuration file. */
export const yaml = {
  name: 'yaml',
  seeds: () => [Buffer.from(YAML), Buffer.from('{}'), Buffer.from('a: [1, 2\n')],
  bounds: yamlBounds,
  run(input: Uint8Array): void {
    try {
      const { lineOf } = readYaml(Buffer.from(input).toString('utf8'), { source: 'vms.yaml' });
      const line = lineOf(['api', 'port']);
      assert.ok(line === undefined || line >= 1);
    } catch (thrown) {
      if (!(thrown instanceof ConfigError)) throw thrown;
    }
  },
};
