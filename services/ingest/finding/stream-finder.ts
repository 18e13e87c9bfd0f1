import type { SearchOutcome, StreamRole } from '@vms/common/camera-search.ts';
import { VmsError } from '@vms/common/errors.ts';
import type { CameraSessionDeps } from '../camera-session.ts';
import type { CameraTester, CameraTestResult } from '../camera-test.ts';
import type { Maker } from './maker-table.ts';
import { failureOf } from './search-errors.ts';
import { type FoundPath, type SearchTarget, StreamSearch } from './stream-search.ts';

/** Searches under way at a time: each tests two streams at most. */
export const MAX_SEARCHES = 2;

/**
 * Milliseconds between the search and the tests: a camera has to forget the one before it has a free
 * place again (GStreamer's server answers 503 meanwhile).
 */
export const TEST_PAUSE_MS = 500;

/** Of the rates of the main stream: a sub stream of the same size is worth while below. */
export const WORTHWHILE_SHARE = 0.75;

/** A stream that was found, and how it is. */
export interface FoundStream {
  readonly role: StreamRole;
  /** Without user information. */
  readonly url: string;
  readonly test: CameraTestResult;
}

/** What a search found, in plain words and in full. */
export interface SearchResult {
  readonly outcome: SearchOutcome;
  readonly detail: string;
  readonly maker: Maker | undefined;
  readonly streams: readonly FoundStream[];
  /** Paths that were asked for. */
  readonly tried: number;
  readonly elapsedMs: number;
}

/** Raised where too many searches are under way. */
export class StreamFinderError extends VmsError<'ingest.too-many-searches'> {}

/** Finds and tests a camera's streams from its address and a password. */
export class StreamFinder {
  readonly #deps: CameraSessionDeps;
  readonly #tester: CameraTester;
  readonly #underWay = new Set<StreamSearch>();

  constructor(deps: CameraSessionDeps, tester: CameraTester) {
    this.#deps = deps;
    this.#tester = tester;
  }

  /**
   * Never fails because of the camera: that is what it reports.
   * @throws StreamFinderError `ingest.too-many-searches`
   */
  async find(target: SearchTarget): Promise<SearchResult> {
    if (this.#underWay.size >= MAX_SEARCHES) {
      throw new StreamFinderError('ingest.too-many-searches', {
        happened: `${MAX_SEARCHES} searches for cameras are under way already.`,
        remedy: 'Wait for one to end, then try again.',
      });
    }
    const { clock } = this.#deps;
    const startedAt = clock.monotonic();
    const search = new StreamSearch(this.#deps, target);
    this.#underWay.add(search);
    const known = () => ({
      maker: search.maker,
      tried: search.tried,
      elapsedMs: Math.round(clock.monotonic() - startedAt),
    });
    try {
      const streams = await this.#test(await search.run(), target);
      return {
        outcome: 'found',
        detail: describeFound(streams, search.maker),
        streams,
        ...known(),
      };
    } catch (error) {
      return { ...failureOf(error, target.credentials), streams: [], ...known() };
    } finally {
      this.#underWay.delete(search);
    }
  }

  /** Ends all searches that are under way. */
  stop(): void {
    for (const search of this.#underWay) search.stop();
  }

  /** Both at once, as they are recorded; a sub stream that is the main one again is left out. */
  async #test(found: readonly FoundPath[], target: SearchTarget): Promise<readonly FoundStream[]> {
    const { credentials, loopback } = target;
    const hasH264Sub = found.some(
      ({ role, description }) =>
        role === 'sub' && description.tracks.some(({ codec }) => codec === 'h264'),
    );
    await new Promise<void>((resolve) => this.#deps.clock.after(TEST_PAUSE_MS, resolve));
    const streams = await Promise.all(
      found.map(async ({ role, url }) => {
        const test = await this.#tester.test({ url, credentials, loopback }, { role, hasH264Sub });
        return { role, url, test };
      }),
    );
    const [main, sub] = streams;
    const same = main !== undefined && sub !== undefined && sparesNothing(main, sub);
    return same ? [main] : streams;
  }
}

/** Whether a sub stream spares nothing: the picture of the main stream, as often, in as many bits. */
export function sparesNothing(main: FoundStream, sub: FoundStream): boolean {
  if (pictureOf(main) !== pictureOf(sub)) return false;
  const { framesPerSecond, bitsPerSecond } = main.test;
  return (
    sub.test.framesPerSecond >= framesPerSecond * WORTHWHILE_SHARE &&
    sub.test.bitsPerSecond >= bitsPerSecond * WORTHWHILE_SHARE
  );
}

/** What tells two pictures apart; the address where nothing is known of them. */
function pictureOf({ url, test }: FoundStream): string {
  const video = test.tracks.find(({ kind, width }) => kind === 'video' && width > 0);
  return video === undefined ? url : `${video.codec} ${video.width} × ${video.height}`;
}

function describeFound(streams: readonly FoundStream[], maker: Maker | undefined): string {
  const what = streams.length === 1 ? 'one stream' : 'main and sub stream';
  const whose = maker === undefined ? '' : `, as cameras of ${maker.name} have them`;
  return `Found ${what}${whose}.`;
}
