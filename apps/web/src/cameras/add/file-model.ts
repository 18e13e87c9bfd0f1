import { enabledOf, retentionDaysOf } from '@vms/common/camera-cells.ts';
import { type CameraColumn, cameraColumnOf, cameraValueOf } from '@vms/common/camera-columns.ts';
import { CsvFault, type CsvRecord, parseCsv } from '@vms/common/camera-csv.ts';
import { camerasAt, exactPlaceOf } from '@vms/common/camera-place.ts';
import { timeZoneOf } from '@vms/common/time-zone.ts';
import type { CameraInput } from '../../api/types.ts';
import type { Key } from '../../i18n/dictionary.ts';
import type { Locale, TemplateArguments } from '../../i18n/translate.ts';
import { checkDraft, newDraft } from '../camera-form-model.ts';
import { addressError, bareAddress } from './find-model.ts';

/** Lines of one import; the API tests them one after the other. */
export const MAX_FILE_LINES = 500;

/**
 * What to start from, in the words and with the separator of spreadsheets in each language; the same
 * columns as `vms cameras import`.
 */
export const SAMPLE_CSV: Readonly<Record<Locale, string>> = {
  en: [
    'name,address,url,subUrl,username,password',
    'Front gate,192.168.1.20,,,admin,secret',
    '"Garage, left",192.168.1.21,,,admin,secret',
    'Warehouse,,rtsp://192.168.1.30:554/stream1,rtsp://192.168.1.30:554/stream2,viewer,secret',
    '',
  ].join('\n'),
  'pt-BR': [
    'nome;endereço;url;fluxo secundário;usuário;senha',
    'Portão da frente;192.168.1.20;;;admin;segredo',
    'Garagem, esquerda;192.168.1.21;;;admin;segredo',
    'Depósito;;rtsp://192.168.1.30:554/stream1;rtsp://192.168.1.30:554/stream2;viewer;segredo',
    '',
  ].join('\n'),
};

/** Words for what is wrong, to be translated. */
export interface FileFault {
  readonly key: Key;
  readonly args?: TemplateArguments;
}

/** What a line says, as it is corrected in place. */
export interface LineDraft {
  readonly name: string;
  /** An address to be searched, or a whole one. */
  readonly place: string;
  readonly subUrl: string;
  readonly username: string;
  readonly password: string;
  readonly retentionDays: string;
  readonly enabled: string;
  readonly timeZone: string;
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
  /** Only what the file says of it; the system has its own. */
  readonly recording: Pick<CameraInput, 'retentionDays' | 'enabled' | 'timeZone'>;
}

export interface FileRow {
  readonly line: number;
  readonly draft: LineDraft;
  /** Absent where `fault` says why it cannot be tested. */
  readonly camera?: FileCamera;
  readonly fault?: FileFault;
  /** What may be wrong: the camera is there already. It is added only where that is asked for. */
  readonly doubt?: FileFault;
}

export interface ReadFile {
  readonly rows: readonly FileRow[];
  /** Why there are no rows at all. */
  readonly fault?: FileFault & { readonly line?: number };
}

/** A camera that is there already. */
export interface KnownCamera {
  readonly name: string;
  readonly url: string;
  readonly subUrl?: string | null;
}

const FAULT_KEYS: Readonly<Record<CsvFault['kind'], Key>> = {
  empty: 'file.empty',
  'too-large': 'file.tooLarge',
  workbook: 'file.workbook',
  'not-text': 'file.notText',
  quote: 'file.quote',
  malformed: 'file.malformed',
};

/** The words for a file that cannot be read. */
export function faultOf({ kind, line }: CsvFault): FileFault & { readonly line?: number } {
  return { key: FAULT_KEYS[kind], ...(line !== undefined && { line }) };
}

/**
 * Reads a CSV of cameras.
 * @param known the cameras that are there already
 * @param corrections what was corrected in place, by line
 */
export function readFileText(
  text: string,
  known: readonly KnownCamera[],
  corrections: ReadonlyMap<number, LineDraft> = new Map(),
): ReadFile {
  let records: readonly CsvRecord[];
  try {
    ({ records } = parseCsv(text, MAX_FILE_LINES + 2));
  } catch (thrown) {
    if (!(thrown instanceof CsvFault)) throw thrown;
    return { rows: [], fault: faultOf(thrown) };
  }
  const [header, ...rest] = records;
  if (header === undefined) return { rows: [], fault: { key: 'file.empty' } };
  const columns = header.fields.map(cameraColumnOf);
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
  const rows = rest.map((record) => {
    const { line } = record;
    const corrected = corrections.get(line);
    const { draft, fault } =
      corrected === undefined ? draftOf(record, columns) : { draft: corrected, fault: undefined };
    return fault === undefined ? judge(line, draft, known, lines) : { line, draft, fault };
  });
  return { rows };
}

/** What a record says, and what is wrong with its shape. */
function draftOf(
  { fields }: CsvRecord,
  columns: readonly (CameraColumn | undefined)[],
): { readonly draft: LineDraft; readonly fault: FileFault | undefined } {
  const value = (column: CameraColumn): string =>
    cameraValueOf(column, fields[columns.indexOf(column)]);
  const [address, url] = [value('address'), value('url')];
  const draft: LineDraft = {
    name: value('name'),
    place: url || placeOfAddress(address),
    subUrl: value('subUrl'),
    username: value('user'),
    password: value('password'),
    retentionDays: value('retentionDays'),
    enabled: value('enabled'),
    timeZone: value('timeZone'),
  };
  if (fields.length > columns.length) {
    const args = { found: fields.length, expected: columns.length };
    return { draft, fault: { key: 'file.columnCount', args } };
  }
  const isTwice = draft.name !== '' && address !== '' && url !== '';
  return { draft, fault: isTwice ? { key: 'file.twoTargets' } : undefined };
}

const RTSP = /^rtsps?:\/\//i;
/** Of a web page without a path: where the camera is. */
const WEB_PAGE = /^https?:\/\/[^/]*\/?$/i;

/** In the column for addresses an RTSP address without a path is only where the camera is. */
function placeOfAddress(address: string): string {
  return /^rtsps?:\/\/[^/]+\/?$/i.test(address) ? bareAddress(address) : address;
}

function judge(
  line: number,
  draft: LineDraft,
  known: readonly KnownCamera[],
  lines: Map<string, number>,
): FileRow {
  const wrong = (key: Key, args?: TemplateArguments): FileRow => ({
    line,
    draft,
    fault: { key, ...(args !== undefined && { args }) },
  });
  const name = draft.name.trim();
  const place = draft.place.trim();
  if (name === '') return wrong('file.noName');
  if (place === '') return wrong('file.noTarget');
  const isUrl = RTSP.test(place) || (place.includes('://') && !WEB_PAGE.test(place));
  if (!isUrl && addressError(place) !== undefined) return wrong('file.badAddress');
  const typed = newDraft(draft, isUrl ? place : 'rtsp://host');
  const errors = checkDraft({ ...typed, name, subUrl: draft.subUrl });
  const fault = errors.url ?? errors.subUrl ?? errors.name ?? errors.username ?? errors.password;
  if (fault !== undefined) return wrong(fault);
  const days = draft.retentionDays.trim();
  const retentionDays = retentionDaysOf(days);
  if (days !== '' && retentionDays === undefined) return wrong('form.retentionWrong');
  const enabled = enabledOf(draft.enabled.trim());
  if (enabled === undefined) return wrong('file.notEnabled', { value: draft.enabled });
  const zone = draft.timeZone.trim();
  const timeZone = zone === '' ? undefined : timeZoneOf(zone);
  if (zone !== '' && timeZone === undefined) return wrong('file.notZone', { value: zone });
  const target = isUrl ? (exactPlaceOf(place) ?? place) : bareAddress(place);
  const before = lines.get(target);
  if (before === undefined) lines.set(target, line);
  const twin = isUrl ? camerasAt(place, known)[0] : known.find((camera) => isAt(target, camera));
  return {
    line,
    draft,
    camera: {
      name,
      address: isUrl ? undefined : target,
      url: isUrl ? typed.url : '',
      subUrl: draft.subUrl.trim() === '' ? undefined : draft.subUrl.trim(),
      username: draft.username || (isUrl ? typed.username : ''),
      password: draft.password || (isUrl ? typed.password : ''),
      recording: {
        ...(retentionDays !== undefined && { retentionDays }),
        ...(!enabled && { enabled }),
        ...(timeZone !== undefined && { timeZone }),
      },
    },
    ...(twin !== undefined && { doubt: { key: 'file.exists', args: { name: twin.name } } }),
    ...(before !== undefined && { doubt: { key: 'file.twice', args: { line: before } } }),
  };
}

/** Whether a camera is on the host that is to be searched. */
function isAt(address: string, { url }: KnownCamera): boolean {
  const host = /^rtsps?:\/\/([^/?#]+)/i.exec(url)?.[1]?.toLowerCase() ?? '';
  return [host, host.replace(/:\d+$/, '')].includes(address.toLowerCase());
}

/** The body that adds a line with a full address. */
export function inputOfLine(camera: FileCamera): CameraInput {
  const { name, url, subUrl, username, password, recording } = camera;
  return {
    name,
    url,
    username,
    ...recording,
    ...(password === '' ? {} : { password }),
    ...(subUrl === undefined ? {} : { subUrl }),
  };
}
