import { MAX_NAME_CHARACTERS } from '@vms/api/bounds.ts';
import { parseCameraUrl } from '@vms/api/cameras/camera-url.ts';
import { parseSearchAddress } from '@vms/api/cameras/search-address.ts';
import { MAX_RETENTION_DAYS } from '@vms/common/camera.ts';
import { MAX_CREDENTIAL_CHARACTERS } from '@vms/common/camera-address.ts';
import { enabledOf, retentionDaysOf } from '@vms/common/camera-cells.ts';
import { exactPlaceOf, placeOf } from '@vms/common/camera-place.ts';
import { timeZoneOf } from '@vms/common/time-zone.ts';
import type { Terminal } from '../../../command-line/terminal.ts';
import type { Text, Values } from '../../../language/text.ts';
import { toldError } from '../../../language/told-error.ts';
import type { CsvRow, CsvTable } from './csv-table.ts';
import { ROW_FAULTS } from './import-texts.ts';

/** A camera as a row describes it. */
export interface CameraRow {
  readonly line: number;
  readonly name: string;
  /** A whole address, or only where the camera is. */
  readonly place: { readonly url: string } | { readonly address: string };
  readonly subUrl: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly retentionDays: number | undefined;
  readonly enabled: boolean;
  readonly timeZone: string | undefined;
}

/** A row that cannot be used: in words, what is wrong and what to do. */
export interface WrongRow {
  readonly line: number;
  readonly name: string;
  readonly why: string;
}

const INVISIBLE = /\p{Cc}/u;

/** Reads a row; of several faults it tells the first. */
export function readCameraRow(
  row: CsvRow,
  table: CsvTable,
  terminal: Terminal,
): CameraRow | WrongRow {
  const { line } = row;
  const name = row.value('name');
  const wrong = (fault: Text, values?: Values): WrongRow => ({
    line,
    name,
    why: terminal.in(fault, values),
  });
  if (row.cells > table.columns) {
    const { delimiter, columns } = table;
    return wrong(ROW_FAULTS.tooManyCells, { count: row.cells, columns, delimiter });
  }
  if (name === '') return wrong(ROW_FAULTS.nameMissing);
  if (name.length > MAX_NAME_CHARACTERS) {
    return wrong(ROW_FAULTS.nameTooLong, { max: MAX_NAME_CHARACTERS });
  }
  if (INVISIBLE.test(name)) return wrong(ROW_FAULTS.invisible, { column: 'name / nome' });
  const [username, password] = [row.value('user'), row.value('password')];
  const signIn = { 'user / usuário': username, 'password / senha': password };
  for (const [column, value] of Object.entries(signIn)) {
    if (INVISIBLE.test(value)) return wrong(ROW_FAULTS.invisible, { column });
    if (value.length > MAX_CREDENTIAL_CHARACTERS) {
      return wrong(ROW_FAULTS.credentialTooLong, { column, max: MAX_CREDENTIAL_CHARACTERS });
    }
  }
  if (password !== '' && username === '') return wrong(ROW_FAULTS.passwordWithoutUser);
  const [url, address] = [row.value('url'), row.value('address')];
  if (url === '' && address === '') return wrong(ROW_FAULTS.placeMissing);
  if (url !== '' && address !== '') return wrong(ROW_FAULTS.placeTwice);
  const days = row.value('retentionDays');
  const retentionDays = retentionDaysOf(days);
  if (days !== '' && retentionDays === undefined) {
    return wrong(ROW_FAULTS.notDays, { value: days, max: MAX_RETENTION_DAYS });
  }
  const enabled = enabledOf(row.value('enabled'));
  if (enabled === undefined) return wrong(ROW_FAULTS.notEnabled, { value: row.value('enabled') });
  const zone = row.value('timeZone');
  const timeZone = zone === '' ? undefined : timeZoneOf(zone);
  if (zone !== '' && timeZone === undefined) return wrong(ROW_FAULTS.notZone, { value: zone });
  const place = placeOfRow(url, address);
  const subUrl = row.value('subUrl') || undefined;
  const addressFault = faultOfAddress(place, subUrl, terminal);
  if (addressFault !== undefined) return { line, name, why: addressFault };
  return {
    ...{ line, name, place, subUrl, retentionDays, enabled, timeZone },
    username: username || undefined,
    password: password || undefined,
  };
}

/** A whole address in the column for addresses is taken as what it is. */
function placeOfRow(url: string, address: string): CameraRow['place'] {
  if (url !== '') return { url };
  return /^rtsps?:\/\/[^/]+\/./i.test(address) ? { url: address } : { address };
}

/** What is wrong with the addresses, in the words of the API. */
function faultOfAddress(
  place: CameraRow['place'],
  subUrl: string | undefined,
  terminal: Terminal,
): string | undefined {
  try {
    if ('url' in place) parseCameraUrl(place.url);
    else parseSearchAddress(place.address);
    if (subUrl !== undefined) parseCameraUrl(subUrl, 'subUrl');
    return undefined;
  } catch (error) {
    return toldError(error, terminal.language).message;
  }
}

/** What tells two places of one file apart: the address without who signs in, or the host alone. */
export function keyInFile(place: CameraRow['place']): string {
  return 'url' in place ? (exactPlaceOf(place.url) ?? place.url) : keyOfHost(place.address);
}

/** What tells that a camera is there already; what is sealed of its address is not known. */
export function keyOfPlace(place: CameraRow['place']): string {
  return 'url' in place ? (placeOf(place.url) ?? place.url) : keyOfHost(place.address);
}

function keyOfHost(address: string): string {
  const { host, port } = parseSearchAddress(address);
  return `${host.toLowerCase()}:${port || 554}`;
}
