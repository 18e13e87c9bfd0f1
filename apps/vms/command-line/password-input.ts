import { open } from 'node:fs/promises';
import type { ReadStream } from 'node:tty';
import { CliError } from '../cli-error.ts';
import { systemErrorText } from '../language/system-error-texts.ts';
import type { Text } from '../language/text.ts';
import { PASSWORD_TEXTS } from './password-texts.ts';
import type { Terminal } from './terminal.ts';

/** Bytes of a file that holds a password. */
export const MAX_PASSWORD_FILE_BYTES = 8 * 1024;

/**
 * A password out of the first line of a file, `-` being standard input: never out of an argument,
 * which everybody on the machine sees in the list of processes.
 * @throws CliError `password.unreadable`
 */
export async function readPasswordFile(file: string, terminal: Terminal): Promise<string> {
  const fail = (reason: Text | string, cause?: unknown): CliError =>
    new CliError('password.unreadable', PASSWORD_TEXTS.unreadable, {
      cause,
      values: { file, reason },
    });
  let content: string;
  try {
    content = file === '-' ? await readStandardInput() : await readFile(file);
  } catch (cause) {
    throw fail(systemErrorText(cause), cause);
  }
  if (Buffer.byteLength(content) > MAX_PASSWORD_FILE_BYTES) {
    throw fail(terminal.in(PASSWORD_TEXTS.tooLong, { bytes: MAX_PASSWORD_FILE_BYTES }));
  }
  const [line = ''] = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (line === '') throw fail(terminal.in(PASSWORD_TEXTS.empty));
  return line;
}

/** Whether somebody can be asked. */
export function canPrompt(terminal: Terminal, input: NodeJS.ReadStream = process.stdin): boolean {
  return input.isTTY === true && !terminal.json;
}

/**
 * Asks at the terminal, and shows nothing of what is typed.
 * @throws CliError `password.unreadable` on Ctrl-C or Ctrl-D
 */
export async function promptPassword(
  question: Text,
  terminal: Terminal,
  input: ReadStream = process.stdin,
): Promise<string> {
  const answer = Promise.withResolvers<string>();
  let typed = '';
  const onEnd = (): void => answer.reject(cancelled());
  const onData = (chunk: Buffer | string): void => {
    const characters = [...String(chunk)];
    for (const [index, character] of characters.entries()) {
      if (character === '\u0003' || character === '\u0004') {
        answer.reject(cancelled());
        return;
      }
      if (character === '\r' || character === '\n') {
        input.off('data', onData).pause();
        // What was pasted behind it answers the next question; CR LF ends one line, not two.
        const isPair = character === '\r' && characters[index + 1] === '\n';
        const rest = characters.slice(index + (isPair ? 2 : 1)).join('');
        if (rest !== '') input.unshift(rest, 'utf8');
        answer.resolve(typed);
        return;
      }
      if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('');
      else if (character >= ' ') typed += character;
    }
  };
  // First of all, so that nothing shows of what is typed before it is asked for.
  input.setRawMode(true);
  process.stderr.write(`${terminal.in(question)} `);
  input.setEncoding('utf8').on('data', onData).on('end', onEnd).resume();
  try {
    return await answer.promise;
  } finally {
    input.off('data', onData).off('end', onEnd).pause();
    input.setRawMode(false);
    process.stderr.write('\n');
  }
}

function cancelled(): CliError {
  return new CliError('password.unreadable', PASSWORD_TEXTS.cancelled);
}

async function readFile(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(MAX_PASSWORD_FILE_BYTES + 1);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, null);
    return bytes.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}

async function readStandardInput(): Promise<string> {
  let content = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    content += String(chunk);
    if (content.length > MAX_PASSWORD_FILE_BYTES || content.includes('\n')) break;
  }
  return content;
}
