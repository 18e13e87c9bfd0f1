import type { CommandSpec } from '../../command-line/spec.ts';
import { text } from '../../language/text.ts';

export const USER_COMMANDS = {
  'user password': {
    summary: text(
      'replaces a lost password, without the old one',
      'substitui uma senha perdida, sem a antiga',
    ),
    details: text(
      'Ends all sessions of that user. Works while the system runs and while it is stopped. Whoever may read the secrets in the data directory may do it.',
      'Encerra todas as sessões desse usuário. Funciona com o sistema em execução e com ele parado. Quem pode ler as chaves secretas na pasta de dados pode fazê-lo.',
    ),
    arguments: [
      {
        name: text('NAME', 'NOME'),
        help: text('of the user (admin)', 'do usuário (admin)'),
        optional: true,
      },
    ],
    options: {
      generate: {
        type: 'boolean',
        help: text('makes a password and shows it once', 'cria uma senha e a mostra uma vez'),
      },
      'password-file': {
        type: 'string',
        value: text('FILE', 'ARQUIVO'),
        help: text(
          'file whose first line is the password; - is standard input',
          'arquivo cuja primeira linha é a senha; - é a entrada padrão',
        ),
      },
    },
    examples: [
      {
        line: 'vms user password',
        help: text('asks twice for the new password', 'pergunta a senha nova duas vezes'),
      },
      {
        line: 'vms user password admin --generate',
        help: text('shows a new one', 'mostra uma nova'),
      },
    ],
  },
} as const satisfies Record<string, CommandSpec>;
