import { exitCodeOf } from '../cli-error.ts';
import { type Language, type Text, translate, type Values } from '../language/text.ts';
import { toldError } from '../language/told-error.ts';

/** A stream that is written to; process.stdout and process.stderr are two. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

export interface TerminalOptions {
  readonly language: Language;
  /** One JSON document instead of words. */
  readonly json: boolean;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
}

/**
 * Where a command tells a person what happens, or a program the one document of its result. What
 * cameras and files say may hold anything: characters that steer a terminal never get through.
 */
export class Terminal {
  readonly language: Language;
  readonly json: boolean;
  readonly #stdout: TextSink;
  readonly #stderr: TextSink;
  #hasProgress = false;

  constructor({ language, json, stdout, stderr }: TerminalOptions) {
    this.language = language;
    this.json = json;
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  /** Whether somebody looks at what is printed. */
  get isWatched(): boolean {
    return !this.json && this.#stderr.isTTY === true;
  }

  /** The text in the person's language. */
  in(text: Text, values?: Values): string {
    return translate(text, this.language, values);
  }

  /** A text for the person; nothing where a program asks. */
  say(text: Text, values?: Values): void {
    this.print(this.in(text, values));
  }

  /** Lines for the person, as they are; nothing where a program asks. */
  print(lines: string): void {
    if (this.json) return;
    this.#endProgress();
    this.#stdout.write(`${harmless(lines)}\n`);
  }

  /** A remark on the side: it does not go into what is piped on. Nothing where a program asks. */
  note(text: Text, values?: Values): void {
    if (this.json) return;
    this.#endProgress();
    this.#stderr.write(`${harmless(this.in(text, values))}\n`);
  }

  /** The last line of a terminal, replaced by the next one; nothing where nobody looks. */
  progress(line: string): void {
    if (!this.isWatched) return;
    this.#hasProgress = true;
    this.#stderr.write(`\r\u001b[K${harmless(line).replaceAll('\n', ' ')}`);
  }

  /** The one document of a command, where a program asks. */
  result(document: object): void {
    if (this.json) this.#stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  }

  /** Tells why it could not be done, and gives the exit code. */
  fail(error: unknown): number {
    this.#endProgress();
    const told = toldError(error, this.language);
    if (this.json) this.result({ error: told });
    else this.#stderr.write(`${harmless(told.message)}\n`);
    return exitCodeOf(error);
  }

  #endProgress(): void {
    if (!this.#hasProgress) return;
    this.#hasProgress = false;
    this.#stderr.write('\r\u001b[K');
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066\u2067]/g;

/** A stretch of a line that is isolated from its neighbours, or a mark that begins or ends none. */
const ISOLATES = /(\u2068[^\u2068\u2069\n]*\u2069)|[\u2068\u2069]/g;

/**
 * Without the characters that steer a terminal (C0 and C1) other than tab and line feed, and without
 * those that turn the direction of what follows, the rest of a line included. What isolates a name from
 * its neighbours (U+2068 … U+2069) stays where it begins and ends on one line: one that is never ended
 * would take the rest of the line with it, and an end too many would end one of ours.
 */
export function harmless(text: string): string {
  return text.replaceAll(STEERING, '').replaceAll(ISOLATES, '$1');
}
