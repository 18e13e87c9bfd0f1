import { open } from 'node:fs/promises';
import { MAX_CSV_BYTES } from '@vms/common/camera-csv.ts';
import { CliError, EXIT } from '../../../cli-error.ts';
import { columnsOf } from '../../../command-line/columns.ts';
import type { Invocation } from '../../../command-line/commands.ts';
import type { CommandContext } from '../../../command-line/context.ts';
import type { Terminal } from '../../../command-line/terminal.ts';
import { systemErrorText } from '../../../language/system-error-texts.ts';
import { SystemApi } from '../../../system-access/system-api.ts';
import { findInstallation } from '../../installation.ts';
import { listCameras } from '../find-camera.ts';
import { type CheckedRows, checkRows } from './check-rows.ts';
import { type CsvTable, readCsvTable } from './csv-table.ts';
import { eachBounded } from './each-row.ts';
import { IMPORT_FAULTS, IMPORT_TEXTS } from './import-texts.ts';
import { addRow, ROWS_AT_ONCE, type RowResult, tryRow } from './row-work.ts';

/** `vms cameras import`: exit code 1 where a row could not be done. */
export async function importCameras(
  { words, options }: Invocation<'cameras import'>,
  { environment, terminal }: CommandContext,
): Promise<number> {
  const [file = ''] = words;
  const dryRun = options['dry-run'];
  if (dryRun && options['no-test']) throw new CliError('cli.usage', IMPORT_TEXTS.dryUntested);
  const table = readCsvTable(await readBytes(file));
  const api = await SystemApi.open(findInstallation(options, environment));
  const checked = checkRows(table, await listCameras(api), terminal);
  tellTable(file, table, terminal);
  let done = 0;
  const worked = await eachBounded(checked.fresh, ROWS_AT_ONCE, async (row) => {
    const values = { done: ++done, count: checked.fresh.length, name: row.name };
    terminal.progress(terminal.in(IMPORT_TEXTS.progress, values));
    return dryRun ? tryRow(row, api, terminal) : addRow(row, !options['no-test'], api, terminal);
  });
  const results = [...worked, ...resultsOf(checked, terminal)].sort((a, b) => a.line - b.line);
  const { encoding, delimiter, ignored, rows } = table;
  const counts = countsOf(results);
  terminal.result({
    file: {
      encoding,
      delimiter,
      rows: rows.length,
      ignoredColumns: ignored.map(({ name }) => name),
    },
    dryRun,
    summary: counts,
    rows: results,
  });
  tellResults(results, terminal);
  terminal.say(dryRun ? IMPORT_TEXTS.summaryDry : IMPORT_TEXTS.summary, counts);
  if (counts.fails + counts.wrong === 0) return EXIT.ok;
  terminal.say(IMPORT_TEXTS.again);
  if (!dryRun && counts.fails > 0 && !options['no-test']) terminal.say(IMPORT_TEXTS.anyway);
  return EXIT.failure;
}

/** @throws CliError `import.file-unusable` */
async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      // One byte more than is taken says that there is more.
      const bytes = Buffer.alloc(MAX_CSV_BYTES + 1);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new CliError(
      'import.file-unusable',
      { happened: IMPORT_FAULTS.unreadable, kept: IMPORT_FAULTS.nothing },
      { cause, values: { file: path, reason: systemErrorText(cause) } },
    );
  }
}

const DELIMITER_TEXTS = {
  ',': IMPORT_TEXTS.comma,
  ';': IMPORT_TEXTS.semicolon,
  '\t': IMPORT_TEXTS.tab,
} as const;

function tellTable(file: string, table: CsvTable, terminal: Terminal): void {
  const { encoding, rows, ignored } = table;
  const delimiter = terminal.in(DELIMITER_TEXTS[table.delimiter]);
  terminal.say(IMPORT_TEXTS.read, { file, rows: rows.length, encoding, delimiter });
  if (encoding === 'Windows-1252') terminal.say(IMPORT_TEXTS.windows1252);
  for (const { name, near } of ignored) {
    const hint = near === undefined ? '' : terminal.in(IMPORT_TEXTS.didYouMean, { near });
    terminal.say(IMPORT_TEXTS.ignored, { column: name, hint });
  }
}

function resultsOf({ existing, wrong }: CheckedRows, terminal: Terminal): RowResult[] {
  return [
    ...existing.map(
      ({ line, name }): RowResult => ({
        ...{ line, name, outcome: 'exists' },
        text: terminal.in(IMPORT_TEXTS.exists),
      }),
    ),
    ...wrong.map(
      ({ line, name, why }): RowResult => ({
        ...{ line, name, outcome: 'wrong' },
        text: terminal.in(IMPORT_TEXTS.wrong, { why }),
      }),
    ),
  ];
}

function tellResults(results: readonly RowResult[], terminal: Terminal): void {
  const head = [IMPORT_TEXTS.headLine, IMPORT_TEXTS.headName, IMPORT_TEXTS.headResult];
  terminal.print(
    columnsOf(
      head.map((each) => terminal.in(each)),
      results.map(({ line, name, text }) => [String(line), name, text]),
    ),
  );
}

function countsOf(results: readonly RowResult[]): Record<RowResult['outcome'], number> {
  const counts = { added: 0, works: 0, fails: 0, exists: 0, wrong: 0 };
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}
