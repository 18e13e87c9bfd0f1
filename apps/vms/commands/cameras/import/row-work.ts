import { setTimeout as delay } from 'node:timers/promises';
import {
  type CameraTestView,
  cameraSearch,
  cameraTest,
  savedCamera,
} from '@vms/api/cameras/camera-schemas.ts';
import type { Terminal } from '../../../command-line/terminal.ts';
import { toldError } from '../../../language/told-error.ts';
import { ProblemError, type SystemApi } from '../../../system-access/system-api.ts';
import { adviceText, trackText } from '../describe-test.ts';
import { SEARCH_TEXTS } from '../search-texts.ts';
import { STATE_TEXTS } from '../state-texts.ts';
import type { CameraRow } from './camera-row.ts';
import { IMPORT_TEXTS } from './import-texts.ts';

/** Rows that are worked on at a time: as many searches as the API takes. */
export const ROWS_AT_ONCE = 2;
/** Tries of a row while others, in the page, test cameras too. */
const MAX_TRIES = 10;

/** What came of a row. */
export interface RowResult {
  readonly line: number;
  readonly name: string;
  readonly outcome: 'added' | 'works' | 'fails' | 'exists' | 'wrong';
  /** In words. */
  readonly text: string;
  readonly id?: string;
}

interface Found {
  readonly url: string;
  readonly subUrl: string | undefined;
  /** Absent where it was to be left out. */
  readonly test?: CameraTestView;
}

/** Tries the camera of a row; changes nothing. */
export async function tryRow(
  row: CameraRow,
  api: SystemApi,
  terminal: Terminal,
): Promise<RowResult> {
  return guarded(row, terminal, async () => {
    const found = await findCamera(row, api, terminal);
    if (typeof found === 'string') return failed(row, found, terminal);
    const text = terminal.in(IMPORT_TEXTS.works, { found: foundText(found.test, terminal) });
    return { line: row.line, name: row.name, outcome: 'works', text };
  });
}

/**
 * Adds the camera of a row once it works. Without a test a whole address is added as it is; an address
 * alone has to be searched all the same.
 */
export async function addRow(
  row: CameraRow,
  isTested: boolean,
  api: SystemApi,
  terminal: Terminal,
): Promise<RowResult> {
  return guarded(row, terminal, async () => {
    const found =
      'url' in row.place && !isTested
        ? { url: row.place.url, subUrl: row.subUrl }
        : await findCamera(row, api, terminal);
    if (typeof found === 'string') return failed(row, found, terminal);
    const { name, username, password, retentionDays, timeZone, enabled, line } = row;
    const { id, sameAddressAs = [] } = await api.call('POST', '/cameras', savedCamera, {
      name,
      url: found.url,
      ...{ subUrl: found.subUrl, username, password, enabled, retentionDays, timeZone },
    });
    const added =
      found.test === undefined
        ? terminal.in(IMPORT_TEXTS.addedUntested)
        : terminal.in(IMPORT_TEXTS.added, { found: foundText(found.test, terminal) });
    const names = sameAddressAs.map((camera) => camera.name).join(', ');
    const text =
      names === '' ? added : terminal.in(IMPORT_TEXTS.sameAddress, { text: added, names });
    return { line, name, outcome: 'added', text, id };
  });
}

/** What a test found: the picture, and what is advised. */
function foundText(test: CameraTestView | undefined, terminal: Terminal): string {
  const video = test?.tracks.find(({ kind }) => kind === 'video');
  const found = video === undefined ? '' : trackText(video, terminal);
  const advice = (test?.advice ?? []).map((each) => adviceText(each, terminal)).join(' ');
  return advice === '' ? found : terminal.in(IMPORT_TEXTS.withAdvice, { found, advice });
}

/** Where the camera's streams are, and what they are; in words where one does not work. */
async function findCamera(
  { place, subUrl, username, password }: CameraRow,
  api: SystemApi,
  terminal: Terminal,
): Promise<Found | string> {
  const signIn = { username, password };
  const testOf = (url: string, stream: 'main' | 'sub'): Promise<CameraTestView> =>
    patiently(() => api.call('POST', '/cameras/test', cameraTest, { url, stream, ...signIn }));
  if ('url' in place) {
    const test = await testOf(place.url, 'main');
    if (test.state !== 'online') return failureText(test, terminal);
    const sub = subUrl === undefined ? undefined : await testOf(subUrl, 'sub');
    if (sub !== undefined && sub.state !== 'online') {
      return terminal.in(IMPORT_TEXTS.subStream, { why: failureText(sub, terminal) });
    }
    return { url: place.url, subUrl, test };
  }
  const search = await patiently(() =>
    api.call('POST', '/cameras/find', cameraSearch, { address: place.address, ...signIn }),
  );
  const main = search.streams.find(({ role }) => role === 'main');
  const sub = search.streams.find(({ role }) => role === 'sub');
  if (search.outcome !== 'found' || main === undefined) {
    return terminal.in(SEARCH_TEXTS[search.outcome]);
  }
  return { url: main.url, subUrl: subUrl ?? sub?.url, test: main.test };
}

function failureText({ state }: CameraTestView, terminal: Terminal): string {
  const { meaning, remedy } = STATE_TEXTS[state];
  return `${terminal.in(meaning)} ${terminal.in(remedy)}`;
}

/** Asks again where too many tests are under way. */
async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      const waits = error instanceof ProblemError ? error.retryAfterSeconds : undefined;
      if (waits === undefined || tries === MAX_TRIES) throw error;
      await delay(waits * 1000);
    }
  }
}

/** What the API refuses of one row is the fault of that row; other errors end the import. */
async function guarded(
  row: CameraRow,
  terminal: Terminal,
  work: () => Promise<RowResult>,
): Promise<RowResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return failed(row, toldError(error, terminal.language).message, terminal);
  }
}

function failed({ line, name }: CameraRow, why: string, terminal: Terminal): RowResult {
  return { line, name, outcome: 'fails', text: terminal.in(IMPORT_TEXTS.fails, { why }) };
}
