import { readFileSync } from 'node:fs';
import { messageOf } from '@vms/common/errors.ts';
import { CliError } from '../cli-error.ts';
import { text } from '../language/text.ts';

/** Bytes of the largest secret in a file. */
export const MAX_SECRET_BYTES = 64 * 1024;

const TEXTS = {
  happened: text(
    'The secret in {file}, which {key} names, cannot be read: {why}.',
    'O segredo em {file}, indicado por {key}, não pode ser lido: {why}.',
  ),
  kept: text('Nothing was started.', 'Nada foi iniciado.'),
  remedy: text('Check its name and its rights.', 'Verifique o nome e as permissões.'),
};

/**
 * A secret that stands in a file of its own, without the line feed at its end.
 * @param key - The key of vms.yaml that names the file, for the error.
 * @param minCharacters - Of a secret that nobody may guess.
 * @throws CliError `config.unreadable`
 */
export function readSecretFile(file: string, key: string, minCharacters = 0): string {
  let why: string;
  try {
    const bytes = readFileSync(file);
    const secret = bytes.toString('utf8').replace(/\r?\n$/, '');
    if (bytes.length > MAX_SECRET_BYTES) why = `it has more than ${MAX_SECRET_BYTES} bytes`;
    else if (secret.length >= minCharacters) return secret;
    else why = `it has fewer than ${minCharacters} characters`;
  } catch (cause) {
    why = messageOf(cause);
  }
  throw new CliError('config.unreadable', TEXTS, { values: { file, key, why } });
}
