import { cameraColumnOf } from '@vms/common/camera-columns.ts';
import type { CameraInput } from '../../api/types.ts';
import type { Key } from '../../i18n/dictionary.ts';
import type { TemplateArguments } from '../../i18n/translate.ts';
import { checkDraft, newDraft, splitCredentials } from '../camera-form-model.ts';
import { CsvFault, type CsvRecord, parseCsv } from './csv.ts';
import { addressError, bareAddress } from './find-model.ts';

/** Lines of one import; the API tests them one after the other. */
export const MAX_FILE_LINES = 500;

const COLUMNS = ['name', 'address', 'url', 'subUrl', 'username', 'password'] as const;
type Column = (typeof COLUMNS)[number];

/** What to start from; the same columns as `vms cameras import`. */
export const SAMPLE_CSV = [
  'name,address,url,subUrl,username,password',
  'Front gate,192.168.1.20,,,admin,secret',
  '"Garage, left",192.168.1.21,,,admin,secret',
  'Warehouse,,rtsp://192.168.1.30:554/stream1,rtsp://192.168.1.30:554/stream2,viewer,secret',
  '',
].join('\n');

/** Words for what is wrong, to be translated. */
export interface FileFault {
  readonly key: Key;
  readonly args?: TemplateArguments;
}

/** A line that can be tested. */
export interface FileCamera {
  readonly name: string;
  /** To be searched; else `url` is given. */
  readonly address: string | undefined;
  readonly url: string;
  readonly subUrl: string | undefined;
  readonly username: string;
  readonly password: string;
}

export interface FileRow {
  readonly line: number;
  readonly name: string;
  /** Absent where `fault` says why it cannot be tested. */
  readonly camera?: FileCamera;
  readonly fault?: FileFault;
}

export interface ReadFile {
  readonly rows: readonly FileRow[];
  /** Why there are no rows at all. */
  readonly fault?: FileFault & { readonly line?: number };
}

/** Reads a CSV of cameras; `known` are the addresses of the cameras that are there already. */
export function readFileText(text: string, known: readonly string[]): ReadFile {
  let records: CsvRecord[];
  try {
    records = parseCsv(text, MAX_FILE_LINES + 2);
  } catch (thrown) {
    if (!(thrown instanceof CsvFault)) throw thrown;
    return { rows: [], fault: { key: `file.${thrown.kind}`, line: thrown.line } };
  }
  const [header, ...rest] = records;
  if (header === undefined) return { rows: [], fault: { key: 'file.empty' } };
  const columns = header.fields.map(columnOf);
  if (!columns.includes('name') || !(columns.includes('address') || columns.includes('url'))) {
    return { rows: [], fault: { key: 'file.noHeader', line: header.line } };
  }
  const unknown = columns.indexOf(undefined);
  if (unknown !== -1) {
    const column = header.fields[unknown] ?? '';
    return { rows: [], fault: { key: 'file.unknownColumn', args: { column }, line: header.line } };
  }
  if (rest.length === 0) return { rows: [], fault: { key: 'file.empty' } };
  if (rest.length > MAX_FILE_LINES) {
    return { rows: [], fault: { key: 'file.tooMany', args: { count: MAX_FILE_LINES } } };
  }
  const lines = new Map<string, number>();
  return { rows: rest.map((record) => rowOf(record, columns, new Set(known), lines)) };
}

/** As `vms cameras import` reads it: `Sub URL`, `sub_url` and `subUrl` are the same column. */
function columnOf(title: string): Column | undefined {
  const column = cameraColumnOf(title);
  return COLUMNS.find((each) => each === (column === 'user' ? 'username' : column));
}

function rowOf(
  { line, fields }: CsvRecord,
  columns: readonly (Column | undefined)[],
  known: ReadonlySet<string>,
  lines: Map<string, number>,
): FileRow {
  const value = (column: Column): string => fields[columns.indexOf(column)] ?? '';
  const name = value('name');
  const wrong = (key: Key, args?: TemplateArguments): FileRow => ({
    line,
    name,
    fault: args === undefined ? { key } : { key, args },
  });
  if (fields.length > columns.length) {
    return wrong('file.columnCount', { found: fields.length, expected: columns.length });
  }
  const [address, full] = [value('address'), value('url')];
  if (name === '') return wrong('file.noName');
  if (address === '' && full === '') return wrong('file.noTarget');
  if (address !== '' && full !== '') return wrong('file.twoTargets');
  if (address !== '' && addressError(address) !== undefined) return wrong('file.badAddress');
  const parts = splitCredentials(full);
  const url = parts?.url ?? full;
  const subUrl = splitCredentials(value('subUrl'))?.url ?? value('subUrl');
  const errors = checkDraft({ ...newDraft(undefined, url || 'rtsp://host'), name, subUrl });
  const fault = errors.url ?? errors.subUrl ?? errors.name;
  if (fault !== undefined) return wrong(fault);
  const target = address === '' ? url : bareAddress(address);
  if (known.has(target)) return wrong('file.exists');
  const before = lines.get(target);
  if (before !== undefined) return wrong('file.twice', { line: before });
  lines.set(target, line);
  return {
    line,
    name,
    camera: {
      name,
      address: address === '' ? undefined : bareAddress(address),
      url,
      subUrl: subUrl === '' ? undefined : subUrl,
      username: value('username') || (parts?.username ?? ''),
      password: value('password') || (parts?.password ?? ''),
    },
  };
}

/** The body that adds a line with a full address. */
export function inputOfLine(camera: FileCamera): CameraInput {
  const { name, url, subUrl, username, password } = camera;
  return {
    name,
    url,
    username,
    ...(password === '' ? {} : { password }),
    ...(subUrl === undefined ? {} : { subUrl }),
  };
}
