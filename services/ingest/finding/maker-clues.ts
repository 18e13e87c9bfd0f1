import { parseChallenges } from '@vms/wire/rtsp/digest.ts';
import type { RtspResponse } from '@vms/wire/rtsp/message.ts';
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

/** Paths to try, the likeliest first, each once: those of the maker, if it is known, before all others. */
export function templatesFor(maker: Maker | undefined): readonly StreamTemplate[] {
  const templates = new Map<string, StreamTemplate>();
  for (const { streams } of maker === undefined ? MAKERS : [maker, ...MAKERS]) {
    for (const template of streams) {
      if (!templates.has(template.main)) templates.set(template.main, template);
    }
  }
  return [...templates.values()];
}

/** The only maker whose cameras have a stream under this path; undefined where several have. */
export function makerOfPath(path: string): Maker | undefined {
  const owners = MAKERS.filter(({ streams }) => streams.some(({ main }) => main === path));
  return owners.length === 1 ? owners[0] : undefined;
}
