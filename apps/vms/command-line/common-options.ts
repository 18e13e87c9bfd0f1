import { text } from '../language/text.ts';
import type { OptionSpec } from './spec.ts';

/** Options that every command takes. */
export const COMMON_OPTIONS = {
  data: {
    type: 'string',
    value: text('DIR', 'PASTA'),
    help: text(
      'data directory (VMS_DATA_DIR, else ./data)',
      'pasta de dados (VMS_DATA_DIR, senão ./data)',
    ),
  },
  config: {
    type: 'string',
    value: text('FILE', 'ARQUIVO'),
    help: text(
      'configuration (vms.yaml in the data directory, where there is one)',
      'configuração (vms.yaml na pasta de dados, se houver)',
    ),
  },
  json: {
    type: 'boolean',
    help: text(
      'for programs: one JSON document instead of words, errors too',
      'para programas: um documento JSON no lugar do texto, erros também',
    ),
  },
  lang: {
    type: 'string',
    value: text('LANG', 'IDIOMA'),
    help: text(
      'en or pt-BR (VMS_LANG, else that of the system)',
      'en ou pt-BR (VMS_LANG, senão o do sistema)',
    ),
  },
  help: {
    type: 'boolean',
    short: 'h',
    help: text('the help of this command', 'a ajuda deste comando'),
  },
} as const satisfies Record<string, OptionSpec>;
