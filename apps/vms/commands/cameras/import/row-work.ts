import { setTimeout as delay } from 'node:timers/promises';
import {
  type CameraTestView,
  cameraSearch,
  cameraTest,
  cameraView,
} from '@vms/api/cameras/camera-schemas.ts';
import type { Terminal } from '../../../command-line/terminal.ts';
import { toldError } from '../../../language/told-error.ts';
import { ProblemError, type SystemApi } from '../../../system-access/system-api.ts';
import { trackText } from '../describe-test.ts';
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
  readonly test: CameraTestView;
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
    const { tracks, advice } = found.test;
    const video = tracks.find(({ kind }) => kind === 'video');
    const shown = video === undefined ? '' : trackText(video, terminal);
    const text = terminal.in(advice.length > 0 ? IMPORT_TEXTS.worksAdvice : IMPORT_TEXTS.works, {
      found: shown,
      count: advice.map(({ code }) => code).join(', '),
    });
    return { line: row.line, name: row.name, outcome: 'works', text };
  });
}

/** Adds the camera of a row: a whole address as it is, an address alone once its streams are found. */
export async function addRow(
  row: CameraRow,
  api: SystemApi,
  terminal: Terminal,
): Promise<RowResult> {
  return guarded(row, terminal, async () => {
    const found =
      'url' in row.place
        ? { url: row.place.url, subUrl: row.subUrl }
        : await findCamera(row, api, terminal);
    if (typeof found === 'string') return failed(row, found, terminal);
    const { name, username, password, retentionDays, timeZone, enabled, line } = row;
    const { id } = await api.call('POST', '/cameras', cameraView, {
      name,
      url: found.url,
      ...{ subUrl: found.subUrl, username, password, retentionDays, timeZone },
    });
    if (!enabled) await api.call('PATCH', `/cameras/${id}`, cameraView, { enabled });
    return { line, name, outcome: 'added', text: terminal.in(IMPORT_TEXTS.added), id };
  });
}

/** Where the camera's streams are, and what they are; in words where it does not work. */
async function findCamera(
  { place, subUrl, username, password }: CameraRow,
  api: SystemApi,
  terminal: Terminal,
): Promise<Found | string> {
  const signIn = { username, password };
  if ('url' in place) {
    const test = await patiently(() =>
      api.call('POST', '/cameras/test', cameraTest, { url: place.url, ...signIn }),
    );
    const { meaning, remedy } = STATE_TEXTS[test.state];
    return test.state === 'online'
      ? { url: place.url, subUrl, test }
      : `${terminal.in(meaning)} ${terminal.in(remedy)}`;
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
