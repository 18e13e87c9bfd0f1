import type { WriteStream } from 'node:tty';

/** Where log lines of all processes, and words for the person who started the system, come out. */
export interface Output {
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
  const shape = stream.isTTY === true && !json ? forPeople : (line: string): string => line;
  return {
    log: (line) => void stream.write(`${shape(line)}\n`),
    say: (text) => void stream.write(`${text}\n`),
  };
}

const COLOURS = { grey: 90, red: 31, yellow: 33, cyan: 36 } as const;
const LEVEL_COLOURS: Readonly<Record<string, keyof typeof COLOURS>> = {
  debug: 'grey',
  warn: 'yellow',
  error: 'red',
};
const SHOWN_APART: ReadonlySet<string> = new Set(['time', 'level', 'service', 'msg']);
/** Characters of a value that one line shows. */
const MAX_VALUE_CHARACTERS = 200;

/** A line of JSON as `12:34:56.789 ingest  Camera is online. camera=cam_…`; others unchanged. */
export function forPeople(line: string): string {
  const entry = parse(line);
  if (entry === undefined) return line;
  const { time, level, service, msg } = entry;
  const clock = typeof time === 'string' ? localTime(time) : '';
  const colour = LEVEL_COLOURS[String(level)];
  const message = colour === undefined ? String(msg) : paint(colour, String(msg));
  const fields = Object.entries(entry)
    .filter(([key, value]) => !SHOWN_APART.has(key) && value !== undefined)
    .map(([key, value]) => `${key}=${show(value)}`);
  const head = `${paint('grey', clock)} ${paint('cyan', String(service ?? '').padEnd(8))}`;
  return `${head} ${message}${fields.length > 0 ? ` ${paint('grey', fields.join(' '))}` : ''}`;
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
  if (Number.isNaN(date.getTime())) return iso;
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text;
}

function paint(colour: keyof typeof COLOURS, text: string): string {
  return `\u001b[${COLOURS[colour]}m${text}\u001b[0m`;
}
