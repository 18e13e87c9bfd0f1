import { text } from '../language/text.ts';

export const HELP_TEXTS = {
  title: text('vms: a video management system', 'vms: um sistema de gerenciamento de vídeo'),
  more: text(
    'vms help COMMAND, or vms COMMAND --help, tells more, with examples.',
    'vms help COMANDO, ou vms COMANDO --help, explica mais, com exemplos.',
  ),
  everywhere: text('Every command takes:', 'Todo comando aceita:'),
  options: text('Options:', 'Opções:'),
  examples: text('Examples:', 'Exemplos:'),
  exitCodes: text(
    'Exit code: 0 done, 1 failed or found something, 2 the command line or the configuration is wrong',
    'Código de saída: 0 feito, 1 falhou ou encontrou algo, 2 a linha de comando ou a configuração está errada',
  ),
  noSuchCommand: text('There is no command “{asked}”.', 'Não existe o comando “{asked}”.'),
  seeList: text('vms help lists what there is.', 'vms help mostra o que existe.'),
} as const;
