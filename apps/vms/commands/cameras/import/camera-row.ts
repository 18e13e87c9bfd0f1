import { MAX_NAME_CHARACTERS } from '@vms/api/bounds.ts';
import { parseCameraUrl } from '@vms/api/cameras/camera-url.ts';
import { parseSearchAddress } from '@vms/api/cameras/search-address.ts';
import { MAX_RETENTION_DAYS } from '@vms/common/camera.ts';
import { MAX_CREDENTIAL_CHARACTERS } from '@vms/common/camera-address.ts';
import { enabledOf, retentionDaysOf } from '@vms/common/camera-cells.ts';
import { hasVisibleCharacter } from '@vms/common/camera-name.ts';
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

/** Reads a row, or says everything that is wrong with it. */
export function readCameraRow(
  row: CsvRow,
  table: CsvTable,
  terminal: Terminal,
): CameraRow | WrongRow {
  const { line } = row;
  const name = row.value('name');
  const faults: string[] = [];
  const wrong = (fault: Text, values?: Values): void => {
    faults.push(terminal.in(fault, values));
  };
  if (row.cells > table.columns) {
    const { delimiter, columns } = table;
    wrong(ROW_FAULTS.tooManyCells, { count: row.cells, columns, delimiter });
    // The values may stand in the columns of others: what else is wrong would be a guess.
    return { line, name, why: faults.join('; ') };
  }
  if (name === '') wrong(ROW_FAULTS.nameMissing);
  else if (!hasVisibleCharacter(name)) wrong(ROW_FAULTS.nameInvisible);
  else if (INVISIBLE.test(name)) wrong(ROW_FAULTS.invisible, { column: 'name / nome' });
  if (name.length > MAX_NAME_CHARACTERS) {
    wrong(ROW_FAULTS.nameTooLong, { max: MAX_NAME_CHARACTERS });
  }
  const [username, password] = [row.value('user'), row.value('password')];
  const signIn = { 'user / usuário': username, 'password / senha': password };
  for (const [column, value] of Object.entries(signIn)) {
    if (INVISIBLE.test(value)) wrong(ROW_FAULTS.invisible, { column });
    if (value.length > MAX_CREDENTIAL_CHARACTERS) {
      wrong(ROW_FAULTS.credentialTooLong, { column, max: MAX_CREDENTIAL_CHARACTERS });
    }
  }
  if (password !== '' && username === '') wrong(ROW_FAULTS.passwordWithoutUser);
  const [url, address] = [row.value('url'), row.value('address')];
  if (url === '' && address === '') wrong(ROW_FAULTS.placeMissing);
  if (url !== '' && address !== '') wrong(ROW_FAULTS.placeTwice);
  const days = row.value('retentionDays');
  const retentionDays = retentionDaysOf(days);
  if (days !== '' && retentionDays === undefined) {
    wrong(ROW_FAULTS.notDays, { max: MAX_RETENTION_DAYS });
  }
  const enabled = enabledOf(row.value('enabled'));
  if (enabled === undefined) wrong(ROW_FAULTS.notEnabled);
  const zone = row.value('timeZone');
  const timeZone = zone === '' ? undefined : timeZoneOf(zone);
  if (zone !== '' && timeZone === undefined) wrong(ROW_FAULTS.notZone);
  const place = placeOfRow(url, address);
  const subUrl = row.value('subUrl') || undefined;
  if ((url === '') !== (address === '')) faults.push(...faultsOfPlace(place, terminal));
  if (subUrl !== undefined)
    faults.push(...faultsOf(() => parseCameraUrl(subUrl, 'subUrl'), terminal));
  if (faults.length > 0) return { line, name, why: faults.join('; ') };
  return {
    ...{ line, name, place, subUrl, retentionDays, timeZone, enabled: enabled === true },
    username: username || undefined,
    password: password || undefined,
  };
}

/** A whole address in the column for addresses is taken as what it is. */
function placeOfRow(url: string, address: string): CameraRow['place'] {
  if (url !== '') return { url };
  return /^rtsps?:\/\/[^/]+\/./i.test(address) ? { url: address } : { address };
}

function faultsOfPlace(place: CameraRow['place'], terminal: Terminal): string[] {
  return faultsOf(
    () => ('url' in place ? parseCameraUrl(place.url) : parseSearchAddress(place.address)),
    terminal,
  );
}

/** What is wrong with an address, in the words of the API; empty where nothing is. */
function faultsOf(parse: () => unknown, terminal: Terminal): string[] {
  try {
    parse();
    return [];
  } catch (error) {
    // Its full stop, as more may follow.
    return [toldError(error, terminal.language).message.replace(/\.$/, '')];
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
