import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import { type Text, text } from './text.ts';

/** What the operating system says by its short names (errno). */
export const SYSTEM_ERROR_TEXTS: Readonly<Record<string, Text>> = {
  EACCES: text('permission was denied', 'sem permissão'),
  EPERM: text('permission was denied', 'sem permissão'),
  EEXIST: text('a file of this name is in the way', 'um arquivo com este nome está no caminho'),
  EIO: text('the disk fails', 'o disco falha'),
  EISDIR: text('it is a folder', 'é uma pasta'),
  ENOENT: text('it is not there', 'não existe'),
  ENOSPC: text('the disk is full', 'o disco está cheio'),
  ENOTDIR: text('a file is where a folder should be', 'um arquivo está onde devia haver uma pasta'),
  EROFS: text('the disk is read-only', 'o disco só permite leitura'),
};

/** Why the operating system did not do something: in words where they are known, with its short name. */
export function systemErrorText(error: unknown): Text {
  const code = systemErrorCode(error) ?? '';
  const known = Object.hasOwn(SYSTEM_ERROR_TEXTS, code) ? SYSTEM_ERROR_TEXTS[code] : undefined;
  if (known === undefined) return text(messageOf(error), messageOf(error));
  return text(`${known.en} (${code})`, `${known['pt-BR']} (${code})`);
}
