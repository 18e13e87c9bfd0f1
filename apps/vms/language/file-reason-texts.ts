import { text } from './text.ts';

/** What keeps files from being read, by the code of the system's error. */
export const FILE_REASON_TEXTS = {
  ENOENT: text('it is not there', 'ele não existe'),
  ENOTDIR: text('it is not there', 'ele não existe'),
  EISDIR: text('it is a folder', 'é uma pasta'),
  EACCES: text('you have no right to read it', 'você não tem permissão para lê-lo'),
} as const;
