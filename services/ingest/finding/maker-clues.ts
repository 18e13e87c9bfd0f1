import { parseChallenges } from '@vms/wire/rtsp/digest.ts';
import type { RtspResponse } from '@vms/wire/rtsp/message.ts';
import { carriesPassword } from '../path-credentials.ts';
import { MAKERS, type Maker, type StreamTemplate } from './maker-table.ts';

/** Characters of each clue that are looked at. */
export const MAX_CLUE_CHARACTERS = 4096;

/** What a camera has shown of itself so far. */
export class CameraClues {
  #server = '';
  readonly #realms: string[] = [];
  #description = '';

  /** Takes what an answer shows, whatever its status. */
  add(response: RtspResponse): void {
    this.#server ||= clipped(response.headers.get('Server') ?? '');
    for (const { realm } of parseChallenges(response.headers.getAll('WWW-Authenticate'))) {
      const text = clipped(realm);
      if (text !== '' && !this.#realms.includes(text)) this.#realms.push(text);
    }
    if (response.status === 200 && response.body.length > 0) {
      const start = response.body.subarray(0, MAX_CLUE_CHARACTERS);
      this.#description = Buffer.from(start).toString('latin1');
    }
  }

  /** The maker that they name, the first of the table where several fit. */
  maker(): Maker | undefined {
    return MAKERS.find(
      ({ clues }) =>
        clues?.server?.test(this.#server) ||
        this.#realms.some((realm) => clues?.realm?.test(realm)) ||
        clues?.description?.test(this.#description),
    );
  }
}

function clipped(text: string): string {
  return text.slice(0, MAX_CLUE_CHARACTERS);
}

/**
 * Paths to try, each once: all of the maker, if it is known; then the likeliest of every maker, then
 * the others.
 */
export function templatesFor(maker: Maker | undefined): readonly StreamTemplate[] {
  const templates = new Map<string, StreamTemplate>();
  for (const template of [
    ...(maker?.streams ?? []),
    ...MAKERS.flatMap(({ streams }) => streams.slice(0, 1)),
    ...MAKERS.flatMap(({ streams }) => streams.slice(1)),
  ]) {
    // Of a maker that shows itself alone: nobody else gets a password to read.
    if (carriesPassword(template.main) && maker?.streams.includes(template) !== true) continue;
    if (!templates.has(template.main)) templates.set(template.main, template);
  }
  return [...templates.values()];
}

/** Ports of RTSP, that of the standard first (RFC 2326 §3.2 names 554). */
export function knownPorts(): readonly number[] {
  const others = MAKERS.flatMap(({ port }) => port ?? []);
  return [...new Set([554, 8554, 10_554, ...others])];
}

/**
 * Who made a camera with a stream under this path: the maker that the clues name, unless it has no such
 * path and exactly one other has.
 */
export function makerOf(path: string, named: Maker | undefined): Maker | undefined {
  const owners = MAKERS.filter(({ streams }) => streams.some(({ main }) => main === path));
  if (named !== undefined && owners.includes(named)) return named;
  return owners.length === 1 ? owners[0] : named;
}
