import { text } from '../language/text.ts';

export const PASSWORD_TEXTS = {
  unreadable: {
    happened: text(
      'The password cannot be read from {file}: {reason}.',
      'A senha não pode ser lida de {file}: {reason}.',
    ),
    remedy: text(
      'Write it into a file of one line that only you can read, or give --password-file - and send it by standard input.',
      'Escreva-a em um arquivo de uma linha que só você possa ler, ou use --password-file - e envie pela entrada padrão.',
    ),
  },
  tooLong: text('it is longer than {bytes} bytes', 'tem mais de {bytes} bytes'),
  empty: text('it is empty', 'está vazio'),
  cancelled: {
    happened: text('No password was given.', 'Nenhuma senha foi informada.'),
    kept: text('Nothing was changed.', 'Nada foi alterado.'),
  },
} as const;
