import type { WriteStream } from 'node:tty';
import { harmless } from '../command-line/terminal.ts';

/** Where log lines of all processes, and words for the person who started the system, come out. */
export interface Output {
  /** Whether people read it as it comes, at a terminal. */
  readonly isWatched: boolean;
  /** A line of JSON. */
  log(line: string): void;
  /** For a person; never goes through a log. */
  say(text: string): void;
}

/** At a terminal people read, so lines are written for them; programs get the JSON as it is. */
export function createOutput(
  stream: NodeJS.WriteStream | WriteStream,
  { json }: { readonly json: boolean } = { json: false },
): Output {
  // A terminal that was closed, or a reader that left, is no reason to stop recording.
  stream.on('error', () => {});
  const isWatched = stream.isTTY === true && !json;
  if (!isWatched) {
    const write = (text: string): void => void stream.write(`${text}\n`);
    return { isWatched, log: write, say: write };
  }
  // Not where NO_COLOR is set, or where the terminal has none.
  const paint = stream.hasColors?.() === true ? paintForTerminals : withoutColour;
  return {
    isWatched,
    log: (line) => void stream.write(`${forPeople(line, paint)}\n`),
    // Between log lines words are found by the space around them.
    say: (text) => void stream.write(`\n${text}\n\n`),
  };
}

const COLOURS = { grey: 90, red: 31, yellow: 33, cyan: 36 } as const;
type Paint = (colour: keyof typeof COLOURS, text: string) => string;
const LEVEL_COLOURS: Readonly<Record<string, keyof typeof COLOURS>> = {
  warn: 'yellow',
  error: 'red',
};
const SHOWN_APART: ReadonlySet<string> = new Set(['time', 'level', 'service', 'msg']);
/** Characters of all fields that a line shows of what is no trouble; trouble is told in full. */
export const MAX_SHORT_FIELDS_CHARACTERS = 100;

/**
 * A line of JSON as `12:34:56 error ingest   Camera is gone. camera=cam_…`, in the time of this
 * machine; what is no log line stays as it is. Nothing in it can steer the terminal.
 */
export function forPeople(line: string, paint: Paint = withoutColour): string {
  const entry = parse(line);
  if (entry === undefined) return harmless(line);
  const { time, level, service, msg } = entry;
  const colour = LEVEL_COLOURS[String(level)];
  const fields = Object.entries(entry)
    .filter(([key, value]) => !SHOWN_APART.has(key) && value !== undefined)
    .map(([key, value]) => `${oneLine(key)}=${show(value)}`)
    .join(' ');
  const isShort = colour === undefined && fields.length > MAX_SHORT_FIELDS_CHARACTERS;
  const shown = isShort ? `${harmless(fields.slice(0, MAX_SHORT_FIELDS_CHARACTERS))}…` : fields;
  const levelText = oneLine(String(level)).padEnd(5);
  return [
    paint('grey', typeof time === 'string' ? localTime(time) : ''),
    colour === undefined ? levelText : paint(colour, levelText),
    paint('cyan', oneLine(String(service ?? '')).padEnd(8)),
    colour === undefined ? oneLine(String(msg)) : paint(colour, oneLine(String(msg))),
    ...(shown === '' ? [] : [colour === undefined ? paint('grey', shown) : shown]),
  ].join(' ');
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null && 'msg' in entry ? { ...entry } : undefined;
  } catch {
    return undefined;
  }
}

function localTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return oneLine(iso);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** Of an error everything that the JSON has; its trace, being long, on lines of its own. */
function show(value: unknown): string {
  if (typeof value === 'string') return oneLine(value);
  if (typeof value === 'object' && value !== null && 'stack' in value) {
    const { stack, ...rest } = value;
    const trace = harmless(String(stack)).replaceAll('\n', '\n  ');
    return `${oneLine(JSON.stringify(rest))}\n  ${trace}\n `;
  }
  return oneLine(JSON.stringify(value) ?? String(value));
}

/** Without what steers a terminal, and with no line of its own that could pass for another. */
function oneLine(text: string): string {
  return harmless(text).replaceAll('\n', '↵');
}

function paintForTerminals(colour: keyof typeof COLOURS, text: string): string {
  return `\u001b[${COLOURS[colour]}m${text}\u001b[0m`;
}

function withoutColour(_colour: keyof typeof COLOURS, text: string): string {
  return text;
}
