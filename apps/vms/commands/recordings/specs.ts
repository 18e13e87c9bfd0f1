import type { CommandSpec } from '../../command-line/spec.ts';
import { text } from '../../language/text.ts';

/** Commands that look after what is recorded. */
export const RECORDING_COMMANDS = {
  check: {
    summary: text(
      'compares recordings with the catalogue; changes nothing',
      'compara as gravações com o catálogo; não muda nada',
    ),
    details: text(
      'Reads every recording and verifies its hashes, also while the system runs. Ends with exit code 1 where anything is wrong.',
      'Lê todas as gravações e verifica seus hashes, também com o sistema em execução. Termina com código de saída 1 se algo estiver errado.',
    ),
    arguments: [],
    options: {},
    examples: [
      {
        line: 'vms check',
        help: text('all volumes of this system', 'todos os volumes deste sistema'),
      },
    ],
  },
  reindex: {
    summary: text(
      'rebuilds the catalogue from the recordings; the system must be stopped',
      'refaz o catálogo a partir das gravações; o sistema precisa estar parado',
    ),
    arguments: [],
    options: {},
    examples: [
      {
        line: 'vms reindex --data /srv/vms',
        help: text(
          'after the system disk was lost and the recordings were kept',
          'depois de perder o disco do sistema e manter as gravações',
        ),
      },
    ],
  },
} as const satisfies Record<string, CommandSpec>;
